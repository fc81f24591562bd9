"""The command line itself: help, version, wrong commands, and the guard around everything."""

from __future__ import annotations

import importlib.metadata
import json
import re
from typing import NoReturn

import click
import pytest

from counterpart.cli import main as cli
from counterpart.findings import CertificateError
from tests.runner import run


def test_help_teaches_the_life_of_a_round() -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for step in ("round.yaml", "counterpart check", "counterpart match 2027-1", "counterpart verify 2027-1"):
        assert step in out
    assert "Say what is wrong with the programme's files." in out


def test_every_verb_that_help_lists_can_be_asked_for_help() -> None:
    verbs = cli.group.list_commands(click.Context(cli.group))
    assert "check" in verbs
    for verb in verbs:
        code, out, err = run(verb, "--help")
        assert (code, err) == (0, ""), verb
        assert out.startswith(f"Usage: counterpart {verb} ")
        assert "--root DIRECTORY" in out


def test_a_verb_whose_module_is_missing_is_no_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.VERBS, "juggle", ("counterpart.cli.juggle:command", "Keep things in the air."))
    assert "juggle" not in run("--help")[1]
    code, out, err = run("juggle")
    assert (code, out) == (2, "")
    assert err == "counterpart: No such command 'juggle'.\nTry 'counterpart --help'.\n"


def test_the_version_is_that_of_the_package() -> None:
    expected = f"counterpart {importlib.metadata.version('counterpart-mentoring')}\n"
    assert run("--version") == (0, expected, "")


def test_a_wrong_option_is_a_usage_error() -> None:
    code, out, err = run("check", "--format", "xml")
    assert (code, out) == (2, "")
    assert err.endswith("Try 'counterpart check --help'.\n")


def stumble(error: BaseException) -> click.Command:
    def raise_it() -> NoReturn:
        raise error

    return click.Command("stumble", callback=raise_it)


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt(), 130, "counterpart: Stopped. No file was left half written.\n"),
        (
            CertificateError("The bound is below the weight."),
            3,
            "counterpart: This is a bug in Counterpart, not in your files: The bound is below the weight. "
            "Nothing was written.\n",
        ),
    ],
)
def test_every_end_is_a_sentence(
    error: BaseException,
    code: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli.Verbs, "get_command", lambda *_: stumble(error))
    got, out, err = run("stumble")
    assert (got, out, err.lstrip("\n")) == (code, "", sentence)


def test_an_unexpected_error_shows_its_kind_and_never_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.Verbs, "get_command", lambda *_: stumble(KeyError("Canary Fictional")))
    code, out, err = run("stumble")
    assert (code, out) == (3, "")
    assert err.startswith("counterpart: This is a bug in Counterpart, not in your files: KeyError in ")
    assert "Canary" not in err
    assert "Traceback" not in err


def test_an_unexpected_error_in_a_library_is_told_by_the_line_of_ours_that_called_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = click.Command("stumble", callback=lambda: json.loads("{"))
    monkeypatch.setattr(cli.Verbs, "get_command", lambda *_: command)
    code, _, err = run("stumble")
    assert code == 3
    assert re.fullmatch(
        r"counterpart: This is a bug in Counterpart, not in your files: JSONDecodeError in main\.py, line \d+\.\n",
        err,
    )
