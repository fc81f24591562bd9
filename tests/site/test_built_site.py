"""A programme of another profession, built by MkDocs from its files alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.lifecycle.check import check
from tests.site.built import CONSERVATORS, ROOT, build, built, copied, lived, page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(CONSERVATORS, tmp_path_factory.mktemp("conservators") / "site")


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def test_both_programmes_are_right(tmp_path: Path) -> None:
    assert check(Repository(CONSERVATORS)).findings == ()
    assert check(Repository(ROOT), ["site"]).findings == ()


def test_each_thing_has_its_page(site: Path) -> None:
    made = {path.removesuffix("index.html") for path in files(site) if path.endswith(".html")}
    assert made == {
        "", "404.html", "about/", "ambassadors/", "discussions/", "guides/", "guides/first-mail/",
        "guides/light-and-air/", "news/", "news/guild-meets/", "rounds/", "rounds/2027-1/", "rounds/2027-1/air/",
        "rounds/2027-1/two-benches/", "rounds/2027-2/", "voices/",
    }  # fmt: skip


def test_the_data_itself_is_not_published(site: Path) -> None:
    assert [path for path in files(site) if path.endswith((".yaml", ".yml"))] == []


def test_nothing_names_another_profession_than_the_programme_s_own(site: Path) -> None:
    ours = re.compile(r"librar|counterpart", re.IGNORECASE)
    for path, content in files(site).items():
        # The theme's own files are not the programme's, and a calendar says which program made it.
        if not path.startswith("assets/") and path != "calendar.ics":
            text = content.decode("utf-8", "replace")
            assert [found[0] for found in ours.finditer(text)] == [], path


def test_the_first_page_says_what_the_programme_s_file_says(site: Path) -> None:
    first = page(site, "index.html")
    for words in (
        "For conservators, by The Example Guild of Conservators.",
        "Taking part is free for everybody.",
        "A round counts as one activity of continuing practice. The rules of EGC.",
        "Report a concern to bench@example.org.",
    ):
        assert words in first.text
    links = {attributes.get("href") for attributes in first.named("a")}
    assert {"mailto:bench@example.org", "https://guild.example.org/practice"} <= links
    [described] = [each["content"] for each in first.named("meta") if each.get("name") == "description"]
    assert described == "Two conservators of different countries talk as equals for four months."


def test_names_in_code_are_shown_as_they_stand(site: Path) -> None:
    text = page(site, "about/index.html").text
    assert "Write {{ programme.name }} and you read it so." in text
    assert "{{ anything | goes }} in {% a block %} of code" in text


def test_the_round_s_page_has_its_calendar_with_weekdays_and_its_zone(site: Path) -> None:
    round = page(site, "rounds/2027-1/index.html")
    for words in (
        "Monday, 11 January 2027, from 00:00 (Sunday, 10 January 2027, 23:00 UTC)",
        "Sunday, 14 February 2027, until 24:00 (23:00 UTC)",
        "Dates are days in the time zone Europe/Oslo.",
        "Monday, 15 March 2027: Light and air Climate in the gallery, Paper and parchment",
        "Monday, 29 March 2027: the guide comes with the day.",
        "Museums; Private studios.",
    ):
        assert words in round.text
    moments = [each["datetime"] for each in round.named("time") if each.get("class") == "reader-zone"]
    assert moments[:3] == ["2027-01-10T23:00:00Z", "2027-01-24T23:00:00Z", "2027-02-14T23:00:00Z"]


def test_a_discussion_ahead_has_the_host_s_sheet_and_one_that_is_over_its_archive(site: Path) -> None:
    ahead, over = (
        page(site, "rounds/2027-1/air/index.html").text,
        page(site, "rounds/2027-1/two-benches/index.html"),
    )
    assert "Write to us a day before." in ahead
    assert "For the host" in ahead
    assert "What was said" not in ahead
    assert "People of six countries compared their lamps." in over.text
    assert "For the host" not in over.text
    assert "https://meet.example.org/bench?room=1" not in {each.get("href") for each in over.named("a")}


def test_the_host_s_sheet_has_the_guide_s_questions_and_the_way_to_join(tmp_path: Path) -> None:
    before = page(built(CONSERVATORS, tmp_path / "site", epoch=1804500000), "rounds/2027-1/two-benches/index.html")
    assert "Which tool would you never lend?" in before.text
    assert "https://meet.example.org/bench?room=1" in {each.get("href") for each in before.named("a")}


def test_nobody_is_shown_after_the_day_until_which_they_agreed(site: Path, tmp_path: Path) -> None:
    later = built(CONSERVATORS, tmp_path / "later", epoch=1830300000)  # 1 January 2028
    for name, shown_now in (
        ("Oriel Sample", True),
        ("Quillon Sample", False),
        ("I had never seen another bench than mine.", True),
        ("These words may not be shown any more.", False),
    ):
        everything = b"".join(files(site).values()).decode("utf-8", "replace")
        assert (name in everything) is shown_now, name
        assert name not in b"".join(files(later).values()).decode("utf-8", "replace"), name


def test_vacancies_stand_where_somebody_is_looked_for(site: Path) -> None:
    text = page(site, "ambassadors/index.html").text
    assert "Norway: Oriel Sample (English, Norwegian Bokmål). Ask me about your first mail." in text
    assert "We look for somebody in: Sweden." in text
    assert "We look for somebody in this region." in text


def test_news_is_told_from_its_day_on(site: Path, tmp_path: Path) -> None:
    later = built(CONSERVATORS, tmp_path / "later", epoch=1820000000)
    assert "Told later" not in b"".join(files(site).values()).decode("utf-8", "replace")
    assert "Told later" in page(later, "news/index.html").text
    assert "It is not time yet." in page(later, "news/later/index.html").text


def test_the_same_files_and_the_same_moment_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = built(copied(tmp_path / "elsewhere"), tmp_path / "again", PYTHONHASHSEED="7", TZ="Asia/Kolkata")
    assert files(again) == files(site)


def test_the_search_knows_the_generated_pages(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert "rounds/2027-1/#discussion-programme" in {each["location"] for each in index["docs"]}


def test_the_reader_s_script_is_our_own_and_on_every_page(site: Path) -> None:
    for path in ("index.html", "rounds/2027-1/index.html"):
        sources = [each["src"] for each in page(site, path).named("script") if "src" in each]
        assert any(source.endswith("assets/reader-zone.js") for source in sources)
        assert [source for source in sources if "//" in source] == []


def test_nothing_is_built_while_somebody_has_not_agreed(tmp_path: Path) -> None:
    root = copied(tmp_path / "programme")
    path = root / "site" / "ambassadors.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("consent: true,", ""), encoding="utf-8")
    done = build(root, tmp_path / "site")
    assert done.returncode == 1
    assert (
        "site/ambassadors.yaml:14:5: consent-missing: Entry 2 of `ambassadors` must have `consent: true`, "
        "or it may not stand on the site." in done.stderr
    )
    assert "Quillon" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_a_page_of_one_s_own_takes_the_place_of_the_generated_one(tmp_path: Path) -> None:
    root = copied(tmp_path / "programme")
    (root / "site" / "voices").mkdir()
    (root / "site" / "voices" / "index.md").write_text("# They say\n\n{{ voices }}\n", encoding="utf-8")
    text = page(built(root, tmp_path / "site"), "voices/index.html").text
    assert "They say" in text
    assert "I had never seen another bench than mine." in text


def test_a_programme_without_rounds_and_people_is_built_too(tmp_path: Path) -> None:
    root = copied(tmp_path / "programme")
    for name in ("site/ambassadors.yaml", "site/voices.yaml", "site/news/guild-meets.md", "site/news/later.md"):
        (root / name).unlink()
    for path in sorted((root / "rounds").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    made = built(root, tmp_path / "site")
    assert "No round is announced yet." in page(made, "index.html").text
    assert not (made / "voices").exists()


def test_without_the_programme_s_file_nothing_is_built(tmp_path: Path) -> None:
    root = copied(tmp_path / "programme")
    (root / "site" / "programme.yaml").unlink()
    done = build(root, tmp_path / "site")
    assert done.returncode == 1
    assert "site/programme.yaml:1:1: file-missing: There must be a file of this name." in done.stderr
    assert "Traceback" not in done.stderr


def test_this_project_s_site_is_built_with_everything_in_it(tmp_path: Path) -> None:
    root = lived(tmp_path / "programme")
    assert check(Repository(root)).findings == ()
    made = built(root, tmp_path / "site")
    assert "Under way, with topic 1 of 8: Getting to know you." in page(made, "index.html").text
