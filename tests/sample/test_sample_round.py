"""What a synthetic round promises: like real ones, the same every time, and each shape what its name says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from counterpart.digest import digest
from counterpart.findings import UsageError
from counterpart.model import Inputs, Pair, Proposal
from counterpart.sample.chance import Chance
from counterpart.sample.countries import COUNTRIES
from counterpart.sample.finished import answers
from counterpart.sample.plan import SHAPES, Sample, plan, roll_data, sample
from counterpart.sample.profile import LONELY
from counterpart.sample.settings import TOPICS, opening
from counterpart.sealing.receipt import new_receipt
from counterpart.world.vocabulary import world
from counterpart.world.zones import zone

RECIPIENTS = ("age1one", "age1two")
LARGE = {"en", "es", "fr", "ar", "pt", "ru", "zh"}


def made(people: int, countries: int | None = None, seed: int = 1, shape: str = "plain") -> Sample:
    wanted = plan("2027-1", people=people, countries=countries, seed=seed, shape=shape)
    return sample(
        wanted, zone=zone("Australia/Sydney"), recipients=RECIPIENTS, receipt=lambda seed: new_receipt(seed).public
    )


def profiles(sample: Sample) -> list[Mapping[str, Any]]:
    return [application["profile"] for application in sample.applications]


def sizes(sample: Sample) -> Counter[str]:
    return Counter(profile["country"] for profile in profiles(sample))


def as_text(sample: Sample) -> str:
    roll = roll_data(sample, sample.applications)
    return json.dumps([sample.settings, sample.applications, sample.identities, roll], ensure_ascii=False)


@pytest.fixture(scope="module")
def largest() -> Sample:
    """As large as the largest round of the model programme."""
    return made(1162, 95)


# Like real rounds


@pytest.mark.parametrize(
    ("people", "countries"), [(92, 18), (392, 40), (764, 76), (630, 73), (820, 79), (862, 85), (1162, 95)]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_country_sizes_are_like_those_of_the_real_rounds(people: int, countries: int, seed: int) -> None:
    counts = sizes(made(people, countries, seed))

    assert sum(counts.values()) == people
    assert len(counts) == countries
    assert 11 <= 100 * max(counts.values()) / people <= 15
    assert sum(1 for size in counts.values() if size <= 3) >= countries / 5  # a long tail


@pytest.mark.parametrize("people", [0, 1, 2, 3, 10, 92, 100, 500, 764, 1162, 5500, 10_000, 30_000])
def test_without_countries_there_are_as_many_as_in_a_real_round_of_this_size(people: int) -> None:
    expected = {0: 0, 1: 1, 92: 18, 764: 76, 1162: 95, 5500: 130, 10_000: 130, 30_000: 130}
    countries = plan("2027-1", people=people, countries=None, seed=1).countries

    assert countries == expected.get(people, countries)
    assert min(people, 1) <= countries <= people


@pytest.mark.parametrize(("people", "countries"), [(1, 1), (2, 2), (7, 3), (100, 95), (198, 198), (300, 1)])
def test_there_are_exactly_as_many_countries_as_asked_for(people: int, countries: int) -> None:
    counts = sizes(made(people, countries))

    assert (len(counts), sum(counts.values())) == (countries, people)


def test_every_country_language_and_time_zone_of_the_table_exists_and_fits() -> None:
    assert len(COUNTRIES) == 198
    assert len({country.code for country in COUNTRIES}) == 198
    for country in COUNTRIES:
        assert country.code in world().countries
        assert country.weight > 0
        assert country.languages
        assert country.time_zones
        assert {language for language, _ in country.languages} <= world().languages
        for time_zone, weight in country.time_zones:
            assert country.code in world().zone_countries[time_zone], (country.code, time_zone)
            assert weight > 0


def test_every_time_zone_belongs_to_the_country(largest: Sample) -> None:
    for profile in profiles(largest):
        assert profile["country"] in world().zone_countries[profile["time_zone"]]


def test_languages_fit_the_country_and_nearly_everybody_shares_a_large_one(largest: Sample) -> None:
    spoken = {country.code: {language for language, _ in country.languages} for country in COUNTRIES}
    for profile in profiles(largest):
        assert profile["languages"][0] in spoken[profile["country"]]
        assert len(set(profile["languages"])) == len(profile["languages"])
    english = sum("en" in profile["languages"] for profile in profiles(largest))
    large = sum(not LARGE.isdisjoint(profile["languages"]) for profile in profiles(largest))

    assert 93 <= 100 * english / 1162 <= 97
    assert large / 1162 > 0.98


def test_sectors_stages_topics_and_wishes_are_skewed_and_all_occur(largest: Sample) -> None:
    for key, least, most in (("sector", 8, 0.5), ("career_stage", 5, 0.5), ("membership", 2, 0.9)):
        counts = Counter(profile[key] for profile in profiles(largest))
        assert len(counts) == least
        assert max(counts.values()) / 1162 < most
        assert max(counts.values()) > 3 * min(counts.values())
    topics = Counter(topic for profile in profiles(largest) for topic in profile["interests"])
    assert set(topics) == {topic.id for topic in TOPICS}
    assert len(TOPICS) == 24
    assert max(topics.values()) > 10 * min(topics.values())
    for matter in ("sector", "career_stage"):
        wishes = Counter(profile["wishes"].get(matter) for profile in profiles(largest))
        assert set(wishes) == {"similar", "different", "any", None}
        assert min(wishes["similar"], wishes["different"], wishes["any"]) > 0.15 * 1162
    assert {len(profile["interests"]) for profile in profiles(largest)} == {1, 2, 3, 4, 5}


def test_interests_go_with_the_sector_and_with_each_other(largest: Sample) -> None:
    def share(topic: str, sector: str) -> float:
        there = [profile for profile in profiles(largest) if profile["sector"] == sector]
        return sum(topic in profile["interests"] for profile in there) / len(there)

    assert share("open-access", "academic") > 2 * share("open-access", "public")
    assert share("childrens-services", "school") > 2 * share("childrens-services", "academic")
    with_books = [p["interests"] for p in profiles(largest) if "rare-books" in p["interests"]]
    heritage = sum("digital-preservation" in interests for interests in with_books) / len(with_books)
    everywhere = sum("digital-preservation" in p["interests"] for p in profiles(largest)) / 1162
    assert heritage > 1.5 * everywhere


def test_applications_arrive_within_their_windows_members_first_and_many_at_the_end(largest: Sample) -> None:
    sydney = zone("Australia/Sydney")
    days = Counter()
    moments = []
    for application in largest.applications:
        moment = datetime.fromisoformat(application["received"])
        day = moment.astimezone(sydney).date()
        member = application["profile"]["membership"] == "member"
        assert opening("2027-1") + timedelta(days=0 if member else 14) <= day
        assert day < opening("2027-1") + timedelta(days=35)
        days[(day - opening("2027-1")).days] += 1
        moments.append((application["received"], application["id"]))

    assert moments == sorted(moments)
    assert sum(days[day] for day in range(14)) > 100
    assert sum(days[day] for day in (32, 33, 34)) > 0.25 * 1162


def test_the_roll_admits_everybody_in_the_order_of_arrival(largest: Sample) -> None:
    roll = roll_data(largest, largest.applications)

    assert list(roll["people"]) == sorted(application["id"] for application in largest.applications)
    for place, application in enumerate(largest.applications, start=1):
        line = roll["people"][application["id"]]
        assert (line["status"], line["place"], line["digest"]) == ("admitted", place, digest(application))


def test_former_partners_are_returning_name_each_other_and_live_apart(largest: Sample) -> None:
    by_id = {application["id"]: application["profile"] for application in largest.applications}
    past = largest.links.past

    assert 0.2 < sum(profile["returning"] for profile in by_id.values()) / 1162 < 0.3
    assert 20 <= len(past) <= 60
    assert any(len(partners) > 1 for partners in past.values())
    for one, partners in past.items():
        assert by_id[one]["returning"]
        assert list(partners) == sorted(set(partners))
        for other in partners:
            assert one in past[other]
            assert by_id[one]["country"] != by_id[other]["country"]


def test_some_share_an_employer_and_some_are_carried_over(largest: Sample) -> None:
    groups = Counter(largest.links.employer.values())

    assert len(groups) >= 20
    assert set(groups.values()) == {2, 3, 4}
    assert 20 <= len(largest.links.carried_over) <= 60
    assert not largest.links.carried_over & set(largest.links.past)
    employers: dict[str, set[str]] = {}
    for identity in largest.identities:
        group = largest.links.employer.get(identity["id"])
        if group is not None:
            employers.setdefault(group, set()).add(identity["employer"])
    assert all(len(names) == 1 for names in employers.values())
    assert len({name for names in employers.values() for name in names}) == len(groups)


# The same every time


def test_nobody_has_an_address_or_a_member_number_of_somebody_else(largest: Sample) -> None:
    for key in ("email", "member_number"):
        given = [identity[key] for identity in largest.identities if key in identity]
        assert len(given) > 200
        assert [each for each, times in Counter(given).items() if times > 1] == []


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert as_text(made(150, 30, 7)) == as_text(made(150, 30, 7))


def test_chance_is_the_same_on_every_machine() -> None:
    chance = Chance("2027-1", "plain", 1)

    assert [chance.below(1000) for _ in range(6)] == [386, 885, 452, 170, 429, 693]
    assert chance.text("ABCDEFGH", 8) == "DHECFCHE"
    assert chance.shuffled(range(6)) == [2, 4, 0, 1, 5, 3]


def test_another_seed_gives_other_people() -> None:
    one, other = made(150, 30, 1), made(150, 30, 2)

    assert {a["id"] for a in one.applications}.isdisjoint(a["id"] for a in other.applications)
    assert {a["receipt"] for a in one.applications}.isdisjoint(a["receipt"] for a in other.applications)
    assert sizes(one) != sizes(other)
    assert one.settings["draw"] != other.settings["draw"]


def test_ids_and_receipts_have_their_form_and_occur_once(largest: Sample) -> None:
    ids = {application["id"] for application in largest.applications}
    receipts = {application["receipt"] for application in largest.applications}

    assert len(ids) == len(receipts) == 1162
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", id) for id in ids)
    assert all(re.fullmatch("[A-Za-z0-9+/]{43}=", receipt) for receipt in receipts)


def test_chance_is_even_and_weighs_as_it_is_told() -> None:
    chance = Chance("test")
    evens = Counter(chance.below(10) for _ in range(10_000))
    weighted = Counter(chance.weighted((("a", 1), ("b", 3))) for _ in range(10_000))
    some = chance.some((("a", 1), ("b", 2), ("c", 3)), 2)
    between = {chance.between(3, 5) for _ in range(1_000)}

    assert between == {3, 4, 5}
    assert set(evens) == set(range(10))
    assert all(850 < count < 1150 for count in evens.values())
    assert 2300 < weighted["a"] < 2700
    assert len(set(some)) == 2
    assert chance.some((("a", 1),), 5) == ["a"]
    assert sorted(chance.shuffled(range(50))) == list(range(50))


def test_members_are_at_home_and_whoever_stays_with_a_partner_is_mostly_content(largest: Sample) -> None:
    members: dict[bool, list[bool]] = {True: [], False: []}
    for profile in profiles(largest):
        members[profile["country"] == "AU"].append(profile["membership"] == "member")
    assert sum(members[True]) > len(members[True]) / 2
    assert sum(members[False]) < len(members[False]) / 3

    ids = [f"P{number:09d}" for number in range(2_000)]
    inputs = Inputs(pool="", round="", decisions=None, previous=None, engine="1.0")
    pairs = tuple(Pair(people=two, points={}) for two in zip(ids[::2], ids[1::2], strict=True))
    said = answers([Proposal(round="2027-1", inputs=inputs, pairs=pairs, unpaired=())], (), Chance("test"))
    high: dict[bool, list[bool]] = {True: [], False: []}
    for answer in said.values():
        if answer.satisfaction:
            high[bool(answer.completed)].append(answer.satisfaction == "high")
    assert sum(high[True]) > len(high[True]) / 2
    assert sum(high[False]) < len(high[False]) / 2


# Identities


def test_identities_are_fictional_and_reach_nobody(largest: Sample) -> None:
    for application, identity in zip(largest.applications, largest.identities, strict=True):
        assert (identity["round"], identity["id"]) == ("2027-1", application["id"])
        assert identity["name"].endswith(" (sample)")
        assert re.search(r"@(example\.(org|net)|[a-z]+\.example)$", identity["email"])
        assert ("member_number" in identity) == (application["profile"]["membership"] == "member")
        assert set(identity["partner_may_see"]) <= set(identity)
    names = "".join(identity["name"] for identity in largest.identities)
    assert re.search("[\u0590-\u06ff]", names)  # from right to left
    assert len({character for character in names if not character.isascii()}) > 50  # many scripts


def test_nothing_of_an_identity_stands_outside_the_sealed_part(largest: Sample) -> None:
    identities = [dict(identity) for identity in largest.identities]
    outside = json.dumps(
        [largest.settings, largest.applications, roll_data(largest, largest.applications)], ensure_ascii=False
    )

    for identity in identities:
        for key in ("name", "email", "member_number", "employer", "about_me"):
            assert identity.get(key, "\0") not in outside
    assert "@" not in outside


# Shapes


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("people", [0, 1, 2, 3, 4, 50])
def test_every_shape_comes_in_every_size(shape: str, people: int) -> None:
    result = made(people, shape=shape)

    assert len(result.applications) == (people | 1 if shape == "odd" else people)
    assert len(result.identities) == len(result.applications)


def test_one_country_holds_60_per_cent_and_nobody_is_asked_to_wait() -> None:
    result = made(500, 30, shape="one-country")

    assert sizes(result).most_common(1)[0][1] == 300
    assert len(sizes(result)) == 30
    assert result.settings["country_cap"] == 100


def test_a_cap_is_written_only_where_the_usual_one_would_bind(largest: Sample) -> None:
    assert "country_cap" not in largest.settings
    assert made(100, 5).settings["country_cap"] == 100


def test_the_odd_shape_has_an_odd_number() -> None:
    assert len(made(100, shape="odd").applications) == 101
    assert len(made(101, shape="odd").applications) == 101


def test_a_lonely_language_is_spoken_by_one_person_who_speaks_no_other() -> None:
    people = profiles(made(400, shape="lonely-language"))
    spoken = Counter(language for profile in people for language in profile["languages"])
    lonely = [profile for profile in people if all(spoken[language] == 1 for language in profile["languages"])]

    assert len(lonely) >= 10
    assert all(len(profile["languages"]) == 1 and profile["languages"][0] in LONELY for profile in lonely)
    assert len(lonely) < len(people) / 4


def test_lonely_languages_exist_and_nobody_learns_them() -> None:
    anywhere = {language for country in COUNTRIES for language, _ in country.languages}

    assert set(LONELY) <= world().languages
    assert anywhere.isdisjoint(LONELY)
    assert len(set(LONELY)) == len(LONELY)


def test_identical_people_differ_only_in_two_countries_with_the_same_clock() -> None:
    result = made(40, shape="identical")
    same = [{**profile, "country": "", "time_zone": ""} for profile in profiles(result)]

    assert all(profile == same[0] for profile in same)
    assert sizes(result) == {"IE": 20, "GB": 20}
    assert not result.links.past
    assert not result.links.employer
    assert not result.links.carried_over


def test_incompatible_people_all_live_in_one_country() -> None:
    assert len(sizes(made(60, shape="incompatible"))) == 1


# Wrong plans


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"round": "2027"}, "A sample round is named by its year and half, such as '2027-1' or '2027-2'."),
        ({"round": "2027-3"}, "A sample round is named by its year and half, such as '2027-1' or '2027-2'."),
        ({"round": "../2027-1"}, "A sample round is named by its year and half, such as '2027-1' or '2027-2'."),
        ({"round": "2027-1\n"}, "A sample round is named by its year and half, such as '2027-1' or '2027-2'."),
        (
            {"shape": "triangle"},
            "There is no such shape; the shapes are plain, one-country, odd, lonely-language, identical, "
            "incompatible.",
        ),
        ({"people": -1}, "--people must be from 0 to 100,000, not -1."),
        ({"people": 100_001}, "--people must be from 0 to 100,000, not 100,001."),
        ({"countries": 0}, "--countries must be 1 or more, not 0."),
        ({"countries": -3}, "--countries must be 1 or more, not -3."),
        ({"countries": 95}, "50 people can come from 50 countries at most; --countries asks for 95."),
        ({"people": 0, "countries": 1}, "0 people can come from 0 countries at most; --countries asks for 1."),
        ({"people": 500, "countries": 199}, "The sample knows 198 countries; --countries asks for 199."),
        (
            {"shape": "one-country", "countries": 30},
            "50 people can come from 21 countries at most in this shape; --countries asks for 30.",
        ),
        (
            {"shape": "identical", "countries": 5},
            "The shape 'identical' has its own number of countries; leave out --countries.",
        ),
        (
            {"shape": "incompatible", "countries": 2},
            "The shape 'incompatible' has its own number of countries; leave out --countries.",
        ),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_in_a_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    wanted: dict[str, Any] = {"round": "2027-1", "people": 50, "countries": None, "seed": 1, "shape": "plain"}
    wanted |= changes

    with pytest.raises(UsageError) as refused:
        plan(wanted.pop("round"), **wanted)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("round", "day"), [("2027-1", "2027-01-11"), ("2027-2", "2027-07-12"), ("2029-1", "2029-01-08")]
)
def test_a_round_opens_on_the_second_monday_of_its_half(round: str, day: str) -> None:
    assert opening(round).isoformat() == day
    assert opening(round).weekday() == 0
