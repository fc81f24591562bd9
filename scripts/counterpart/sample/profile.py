"""One person's profile in a synthetic round: language, work, interests and wishes that go together."""

from __future__ import annotations

from counterpart.rounds.build import Data
from counterpart.sample.chance import Chance
from counterpart.sample.countries import Country
from counterpart.sample.settings import CAREER_STAGES, SECTORS, TOPICS, SampleTopic

#: Languages that many countries share: who speaks one of them first, more often has no English.
_LARGE = frozenset({"ar", "es", "fr", "pt", "ru", "zh"})
_LEARNED = (("fr", 5), ("es", 5), ("de", 4), ("it", 2), ("pt", 1), ("ru", 1), ("ja", 1), ("ar", 1), ("zh", 1))
#: Languages that no line of the table of countries holds: each is given to one person at most.
LONELY = (
    "ab", "an", "ba", "br", "ce", "co", "cu", "cv", "eo", "fo", "fy", "gd", "gv", "ia", "io",
    "kl", "kw", "la", "li", "nv", "oc", "os", "rm", "sa", "sc", "se", "tt", "wa", "yi",
)  # fmt: skip
_INTERESTS = ((1, 4), (2, 10), (3, 32), (4, 26), (5, 28))
_WISHES = {
    "sector": (("similar", 45), ("different", 22), ("any", 33)),
    "career_stage": (("similar", 30), ("different", 35), ("any", 35)),
}


def profile(home: Country, code_of_conduct: str, chance: Chance) -> Data:
    """The ``profile`` part of an application, in the order in which it is written."""
    time_zone = chance.weighted(home.time_zones)
    languages = _languages(home, chance)
    sector = chance.weighted([(id, weight) for id, _, weight in SECTORS])
    stage = chance.weighted([(id, weight) for id, _, _, weight in CAREER_STAGES])
    return {
        "country": home.code,
        "time_zone": time_zone,
        "languages": languages,
        "sector": sector,
        "career_stage": stage,
        "interests": _interests(sector, chance),
        "wishes": _wishes(stage, chance),
        "membership": "member" if chance.percent(70 if home.code == "AU" else 18) else "not-member",
        "returning": chance.percent(25),
        "code_of_conduct": code_of_conduct,
    }


def _languages(home: Country, chance: Chance) -> list[str]:
    first = chance.weighted(home.languages)
    spoken = [first]
    spoken += [language for language, _ in home.languages if language != first and chance.percent(25)]
    if chance.percent(85 if first in _LARGE else 99):
        spoken.append("en")
    if chance.percent(14):
        spoken.append(chance.weighted(_LEARNED))
    return list(dict.fromkeys(spoken))


def _interests(sector: str, chance: Chance) -> list[str]:
    """Topics drawn one after another: those of the sector are likelier, and those that go with the first."""
    chosen: list[SampleTopic] = []
    for _ in range(chance.weighted(_INTERESTS)):
        themes = {topic.theme for topic in chosen}
        chosen.append(
            chance.weighted(
                [
                    (
                        topic,
                        topic.weight * (3 if sector in topic.sectors else 1) * (3 if topic.theme in themes else 1),
                    )
                    for topic in TOPICS
                    if topic not in chosen
                ]
            )
        )
    return [topic.id for topic in chosen]


def _wishes(stage: str, chance: Chance) -> dict[str, str]:
    """A wish for each matter; a few people leave one out, which means any."""
    wishes = {matter: chance.weighted(frequencies) for matter, frequencies in _WISHES.items()}
    if stage == "student" and chance.percent(60):
        wishes["career_stage"] = "different"
    return {matter: wish for matter, wish in wishes.items() if not chance.percent(4)}
