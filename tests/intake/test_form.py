"""``counterpart form``: the page's files, made from round.yaml alone, and the rounds that get none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from counterpart.cli.main import main
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.world import places
from counterpart.world.vocabulary import world


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    code = stopped.value.code
    assert isinstance(code, int)
    return code


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    assert run("--root", str(tmp_path), "sample", "2027-1", "--people", "6") == 0
    return tmp_path


def rewrite(programme: Path, old: str, new: str) -> None:
    path = programme / "rounds" / "2027-1" / "round.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


REAL = (
    "age14c5l8e24vuykyjcava990456wl8mvt8c8l0at7sxqzghe3zgcvvsttpfsd",
    "age1a09pqhcf2mywswgmg4r5kxvaktk95sts6xsww77r059a698lsyvsrmp95k",
)


def make_real(programme: Path) -> None:
    """The sample becomes a round that is sealed to real keys."""
    rewrite(programme, "sample: true", "sample: false")
    for old, new in zip(DEMONSTRATION_RECIPIENTS, REAL, strict=True):
        rewrite(programme, old, new)


def made(programme: Path, *options: str) -> str:
    out = programme / "site"
    assert run("--root", str(programme), "form", "2027-1", "--out", str(out), *options) == 0
    return (out / "apply" / "2027-1" / "index.html").read_text(encoding="utf-8")


def settings_in(page: str) -> dict[str, object]:
    (embedded,) = re.findall(r'<script type="application/json" id="settings">(.*?)</script>', page)
    found: dict[str, object] = json.loads(embedded)
    return found


def test_the_pages_and_their_files_are_written(programme: Path) -> None:
    page = made(programme)
    folder = programme / "site" / "apply" / "2027-1"

    assert sorted(path.name for path in folder.iterdir()) == [
        "answer.html",
        "answer.js",
        "apply.css",
        "apply.js",
        "index.html",
        "worker.js",
    ]
    assert made(programme) == page


def test_the_page_asks_nobody_but_its_own_site_and_the_relay(programme: Path) -> None:
    make_real(programme)
    alone, relayed = made(programme), made(programme, "--relay", "https://relay.example.org/intake/")
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{}; worker-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'"
    )

    assert f'content="{policy.format("")}"'.replace("'", "&#39;") in alone
    assert f'content="{policy.format(" https://relay.example.org")}"'.replace("'", "&#39;") in relayed
    assert settings_in(relayed)["relay"] == "https://relay.example.org/intake"
    assert re.findall(r'(?:src|href)="([^"#][^"]*)"', alone)[1:] == ["apply.css", "apply.js"]
    assert re.search(r"\son[a-z]+=|style=", alone) is None


def test_what_a_round_says_cannot_end_the_script_or_become_markup(programme: Path) -> None:
    rewrite(programme, "First round of 2027 (sample)", "</script><script>alert(1)</script>")
    page = made(programme)

    assert page.count("<script") == 2
    assert settings_in(page)["title"] == "</script><script>alert(1)</script>"
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page


def test_topics_sectors_and_stages_are_those_of_the_round(programme: Path) -> None:
    rewrite(programme, "Open access", "Open & free access")
    page = made(programme)

    assert "<span>Open &amp; free access</span>" in page
    assert page.count('name="interests"') == len(settings_in(page)["topics"])  # type: ignore[arg-type]


def test_a_round_with_one_recipient_gets_no_page(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = programme / "rounds" / "2027-1" / "round.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    keys = [index for index, line in enumerate(lines) if "age1" in line]
    del lines[keys[-1]]
    path.write_text("".join(lines), encoding="utf-8")

    assert run("--root", str(programme), "form", "2027-1", "--out", str(programme / "site")) == 1
    out = capsys.readouterr().out
    assert "list-too-short" in out
    assert "No page was made." in out
    assert not (programme / "site").exists()


def test_demonstration_keys_get_no_page_in_a_round_that_is_no_sample(
    programme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(programme, "sample: true", "sample: false")

    assert run("--root", str(programme), "form", "2027-1", "--out", str(programme / "site")) == 1
    assert "recipient-demonstration" in capsys.readouterr().out
    assert not (programme / "site").exists()


def test_a_sample_sends_to_no_relay_but_one_on_this_machine(
    programme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings_in(made(programme, "--relay", "http://127.0.0.1:8000"))["relay"] == "http://127.0.0.1:8000"
    out = programme / "other"
    capsys.readouterr()
    command = ("form", "2027-1", "--out", str(out), "--relay", "https://relay.example.org")
    assert run("--root", str(programme), *command) == 2
    assert capsys.readouterr().err == (
        "counterpart: Round 2027-1 is a sample, sealed to keys that everybody has, so its page may send "
        "applications to a relay on this machine only. Begin a real round with 'counterpart round new', and make "
        "its keys.\n"
    )
    assert not out.exists()


def test_a_moment_is_pretended_only_in_a_sample(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert settings_in(made(programme, "--pretend-now", "2027-01-27T08:00:00Z"))["pretend_now"]
    make_real(programme)
    assert "This is a demonstration" not in made(programme)
    command = ("form", "2027-1", "--out", str(programme / "site"), "--pretend-now", "2027-01-27T08:00:00Z")

    assert run("--root", str(programme), *command) == 2
    assert capsys.readouterr().err == (
        "counterpart: --pretend-now is only for a round whose round.yaml says 'sample: true'.\n"
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://relay.example.org",
        "relay.example.org",
        "https://relay.example.org/?a",
        "https://a@relay.example.org",
        "https://relay.example.org; script-src *",
        "https://relay.example.org:port",
        "https://[relay]/",
        "https://[v1.a]/",
        "https://relay[::1]/",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_not_safe_is_refused(
    programme: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    command = ("form", "2027-1", "--out", str(programme / "site"), "--relay", address)

    assert run("--root", str(programme), *command) == 2
    assert capsys.readouterr().err == (
        "counterpart: --relay must be an address that begins with https:// and has no '?' or '#'; "
        "http:// is only for this machine, as in http://localhost:8000.\n"
    )


def test_a_moment_that_is_none_is_refused(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ("form", "2027-1", "--out", str(programme / "site"), "--pretend-now", "tomorrow")

    assert run("--root", str(programme), *command) == 2
    assert capsys.readouterr().err == (
        "counterpart: --pretend-now must be a moment in UTC, such as 2027-01-14T06:12:09Z.\n"
    )


def test_whatever_the_page_offers_check_accepts() -> None:
    known = world()

    assert {code for code, _, _ in places.countries()} == known.countries
    assert {code for code, _, _ in places.languages()} == known.languages
    assert {name for name, _, _ in places.zones()} | set(places.zone_links()) <= known.time_zones
    assert {code for _, _, code in places.zones()} <= known.countries
    links = places.zone_links()
    assert (links["Asia/Calcutta"], links["Europe/Kiev"]) == ("Asia/Kolkata", "Europe/Kyiv")


def test_countries_and_languages_can_be_found_under_their_own_names() -> None:
    countries = {code: (name, own) for code, name, own in places.countries()}
    languages = {code: (name, own) for code, name, own in places.languages()}

    assert countries["VN"] == ("Vietnam", "Việt Nam")
    assert languages["vi"] == ("Vietnamese", "Tiếng Việt")
    assert all(name for name, _ in [*countries.values(), *languages.values()])
