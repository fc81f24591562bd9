"""What people answered at the end of a round: sealed in one file, opened on a coordinator's machine alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from counterpart.commands.pulse import opened
from counterpart.core.report import SATISFACTION, Answer
from counterpart.edges import keyring, schema, yaml
from counterpart.edges.repository import Repository
from counterpart.edges.seal import NotOpened, open_sealed, room, seal
from counterpart.edges.yaml import Document
from counterpart.edges.yaml_write import dump
from counterpart.finding import UsageError
from counterpart.model import Round


def read_answers(repository: Repository, settings: Round, key: str | None) -> dict[str, Answer] | None:
    """The answers by id; None where the round has none. A usage error where they do not open.

    They are in one sealed file, as in a made-up finished round, or in what people answered to the last survey.
    """
    entry = repository.answers_file(settings.id)
    if not repository.exists(entry):
        given = opened(repository, settings, key).answers if repository.responses(settings.id)[0] else ()
        last = {each.id: each.data for each in given if each.data["about"] == "end-survey"}
        return {id: _surveyed(data) for id, data in last.items()} if given else None
    content = repository.read(entry)
    document = yaml.read(content, entry.path) if isinstance(content, bytes) else None
    if not isinstance(document, Document) or schema.check(document, "answers"):
        raise UsageError(f"'{entry.path}' cannot be read; 'counterpart check' says why.")
    keys = keyring.for_round(settings.id, settings.sample, key)
    try:
        inside = json.loads(open_sealed(document.data["sealed"], [each.private for each in keys]))
        if inside["round"] != settings.id:
            raise UsageError(f"'{entry.path}' was sealed for another round; bring back the one that belongs here.")
        return {str(id): _answer(said) for id, said in inside["people"].items()}
    except NotOpened:
        raise UsageError(f"'{entry.path}' does not open with this key.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"'{entry.path}' does not hold answers; bring back the file that did.") from None


#: What the survey asks in four steps, in the three that a report can show.
_SATISFIED = {
    "very-satisfied": "high",
    "satisfied": "middle",
    "unsatisfied": "low",
    "very-unsatisfied": "low",
}


def _surveyed(data: Mapping[str, Any]) -> Answer:
    """Who was in contact to the end has completed the round; who does not say is not known."""
    contact = data.get("contact")
    return Answer(
        completed=None if contact is None else contact != "none",
        satisfaction=_SATISFIED.get(str(data.get("satisfaction"))),
    )


def _answer(said: Mapping[str, Any]) -> Answer:
    completed, satisfaction = said.get("completed"), said.get("satisfaction")
    if completed not in (True, False, None) or satisfaction not in (*SATISFACTION[:3], None):
        raise ValueError("no answer")
    return Answer(completed=completed, satisfaction=satisfaction)


def sealed_answers(round_id: str, answers: Mapping[str, Answer], recipients: tuple[str, ...]) -> bytes:
    """The contents of ``answers.yaml``; the size of what is sealed does not show how many answered."""
    people = {
        id: {"completed": answer.completed, "satisfaction": answer.satisfaction}
        for id, answer in sorted(answers.items())
    }
    inside = json.dumps({"round": round_id, "people": people}, separators=(",", ":")).encode("ascii")
    text = seal(inside, recipients, room(len(inside)))
    return dump({"format": 1, "round": round_id, "sealed": text}).encode("utf-8")
