"""What people answered at the end of a round: sealed in one file, opened on a coordinator's machine alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from counterpart.files.documents import must
from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import Round, RoundId
from counterpart.report.facts import answers_from
from counterpart.report.report import SATISFACTION, Answer
from counterpart.rounds.answer import Answer as SurveyAnswer
from counterpart.rounds.build import Data
from counterpart.sealing import keyring
from counterpart.sealing.seal import NotOpened, open_sealed, room, seal


def read_answers(
    repository: Repository, settings: Round, said: Sequence[SurveyAnswer], key: str | None
) -> dict[str, Answer] | None:
    """The answers by id; None where the round has none. A usage error where they do not open.

    They are those of the surveys, which stand in *said*, and what stands in ``answers.yaml``, which goes before.
    """
    found = answers_from(said)
    if not repository.exists(repository.answers_file(settings.id)):
        return found or None  # who was not asked is not somebody who did not go on to the end
    private = [each.private for each in keyring.for_round(settings.id, settings.sample, key)]
    return found | _written(repository, settings, private)


def _written(repository: Repository, settings: Round, private: Sequence[str]) -> dict[str, Answer]:
    entry = repository.answers_file(settings.id)
    document = must(repository, entry)
    try:
        inside = json.loads(open_sealed(document.data["sealed"], private))
        if inside["round"] != settings.id:
            raise UsageError(f"'{entry.path}' was sealed for another round; bring back the one that belongs here.")
        return {str(id): _answer(said) for id, said in inside["people"].items()}
    except NotOpened:
        raise UsageError(f"'{entry.path}' does not open with this key.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"'{entry.path}' does not hold answers; bring back the file that did.") from None


def _answer(said: Data) -> Answer:
    completed, satisfaction = said.get("completed"), said.get("satisfaction")
    if completed not in (True, False, None) or satisfaction not in (*SATISFACTION[:3], None):
        raise ValueError("no answer")
    return Answer(completed=completed, satisfaction=satisfaction)


def sealed_answers(round_id: RoundId, answers: Mapping[str, Answer], recipients: tuple[str, ...]) -> bytes:
    """The contents of ``answers.yaml``; the size of what is sealed does not show how many answered."""
    people = {
        id: {"completed": answer.completed, "satisfaction": answer.satisfaction}
        for id, answer in sorted(answers.items())
    }
    inside = json.dumps({"round": round_id, "people": people}, separators=(",", ":")).encode("ascii")
    text = seal(inside, recipients, room(len(inside)))
    return dump({"format": 1, "round": round_id, "sealed": text}).encode("utf-8")
