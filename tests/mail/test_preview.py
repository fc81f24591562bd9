"""A round's own mails: what is wrong with a template is told before anybody gets it, and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.lifecycle.check import check
from counterpart.mail.kinds import MailKind
from counterpart.mail.preview import preview
from counterpart.mail.template import packaged
from tests.desk import Desk
from tests.miniature import lay_out

MAILS = "rounds/2027-1/mails"


def told(tmp_path: Path, kind: str, body: str) -> list[tuple[str, int, str]]:
    root = lay_out(tmp_path / "programme", f"# {MAILS}/{kind}.md.j2\nSubject: x\n\n{body}\n")
    return [(f.rule, f.location.line, f.message) for f in check(Repository(root)).findings]


MISSING = "The template prints something that may be missing, or a list: use {% if %} or {% for %}."
UNKNOWN = "The template names '{}', which this kind of mail does not have."


@pytest.mark.parametrize(
    ("kind", "body", "line", "message"),
    [
        ("introduction", "{% for p in partners %}\n{{ p.employer }}\n{% endfor %}", 4, MISSING),
        ("introduction", "{{ guide_link }}", 3, MISSING),
        ("introduction", "{{ partners }}", 3, MISSING),
        ("accepted", "Write to {{ contact }}.", 3, MISSING),
        ("introduction", "{% if partners[0].employer %}\n{{ contact }}\n{% endif %}", 4, MISSING),
        ("accepted", "{{ partners }}", 3, UNKNOWN.format("partners")),
        ("not-admitted", "{% if because == 'barred' %}\n{{ me.nmae }}\n{% endif %}", 4, UNKNOWN.format("nmae")),
        ("unpaired", "{% if 0 %}\n{{ reason }}\n{% endif %}", 4, UNKNOWN.format("reason")),
        (
            "introduction",
            "{% if partners|length > 1 %}{{ partners[2].name }}{% endif %}",
            3,
            UNKNOWN.format("?").replace("'?'", "a word"),
        ),
    ],
)
def test_check_tries_what_may_be_missing_and_every_reason(
    tmp_path: Path, kind: str, body: str, line: int, message: str
) -> None:
    [(rule, place, said)] = told(tmp_path, kind, body)
    assert (rule, place, said) == ("template-broken", line, message)


@pytest.mark.parametrize("kind", MailKind)
def test_the_mails_of_the_program_can_be_a_rounds_own(tmp_path: Path, kind: str) -> None:
    root = lay_out(tmp_path / "programme")
    (root / MAILS).mkdir()
    (root / MAILS / f"{kind}.md.j2").write_text(packaged(kind), encoding="utf-8")
    assert check(Repository(root)).findings == ()


@pytest.mark.parametrize("threes", [False, True])
def test_a_preview_shows_what_comes_later_in_a_round_too(tmp_path: Path, threes: bool) -> None:
    root = lay_out(tmp_path / "programme")
    if threes:
        settings = root / "rounds/2027-1/round.yaml"
        settings.write_text(settings.read_text(encoding="utf-8") + "threes: allowed\n", encoding="utf-8")
    made = preview(Repository(root), "2027-1", None, None, None)
    names = {name.removesuffix(".html") for name in made.pages if name.endswith(".html")} - {"index"}
    first = {f"{kind}-0000000000-1" for kind in MailKind}
    later = {
        "introduction-1111111111-2",
        "unpaired-1111111111-2",
        "survey-0000000000-2",
        "digest-3333333333-1",
        "goodbye-3333333333-1",
    }
    assert names == first | later | ({"introduction-2222222222-1"} if threes else set())
    assert made.mails == len(names)
    pages = {name: made.pages[f"{name}.html"] for name in names}
    assert (
        "A different kind of workplace: Academic libraries (you), Public libraries (your partner), as you asked."
        in pages["introduction-0000000000-1"]
    )
    assert "Your partnership before this one has ended." in pages["introduction-1111111111-2"]
    assert "whenever you begin" in pages["introduction-1111111111-2"]
    assert "We looked for a new partner for you" in pages["unpaired-1111111111-2"]
    assert "The round ends on" in pages["survey-0000000000-2"]
    assert "You have no partner at the moment" in pages["digest-3333333333-1"]
    assert "you had no partner at its end" in pages["goodbye-3333333333-1"]
    assert not threes or "You three are equals" in pages["introduction-2222222222-1"]


def test_a_preview_of_one_kind_shows_each_case_of_it(tmp_path: Path) -> None:
    made = preview(Repository(lay_out(tmp_path / "programme")), "2027-1", "unpaired", None, None)
    assert sorted(made.pages) == ["index.html", "unpaired-0000000000-1.html", "unpaired-1111111111-2.html"]


def test_a_preview_is_not_led_into_a_repository_by_a_link(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    (desk.root / ".git").mkdir()
    link = tmp_path / "link"
    try:
        link.symlink_to(desk.root)
    except OSError:
        pytest.skip("this account may not make symbolic links")
    code, _, said = desk.run("preview", "2027-1", "--out", link / "pages")
    assert code == 2
    assert "must not lie in a Git repository" in said
    assert not (desk.root / "pages").exists()


def test_a_template_of_a_kind_that_there_is_not_is_told(tmp_path: Path) -> None:
    from counterpart.mail.compose import own_templates

    root = lay_out(tmp_path / "programme", f"# {MAILS}/welcome.md.j2\nSubject: x\n\nDear you\n")
    with pytest.raises(UsageError, match="must be named as a kind of mail"):
        own_templates(Repository(root), "2027-1")
