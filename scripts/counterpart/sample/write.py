"""Make up a round: its settings, sealed applications of people who do not exist, and the roll that admits them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from counterpart.files.repository import Repository
from counterpart.files.yaml_write import dump
from counterpart.findings import UsageError
from counterpart.model import Applicant, Roll, Round, RoundId, Weights
from counterpart.rounds import build
from counterpart.rounds.build import Data
from counterpart.rounds.sample_comments import COMMENTS
from counterpart.sample.plan import Plan, Sample, plan, roll_data, sample
from counterpart.sample.settings import ZONE
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.sealing.receipt import new_receipt
from counterpart.sealing.seal import seal
from counterpart.world.zones import zone

_DEFAULTS: Data = {
    "rules": {
        "shared-language": True,
        "past-partner": True,
        "same-employer": True,
        "time-difference": "any",
    },
    "weights": asdict(Weights()),
    "acceptable": Round.__dataclass_fields__["acceptable"].default,
    "country_cap": Round.__dataclass_fields__["country_cap"].default,
    "threes": "not-allowed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A made-up round that was written: how many people and countries it has, and where its files lie."""

    people: int
    countries: int
    folders: tuple[str, ...]


def write_sample(
    repository: Repository,
    round_id: RoundId,
    *,
    people: int,
    countries: int | None,
    seed: int,
    shape: str,
    after_seal: Callable[[], None],
    after_file: Callable[[], None],
) -> Written:
    """Write a made-up round where there is none of this name; a usage error that says what to change if not."""
    wanted = plan(round_id, people=people, countries=countries, seed=seed, shape=shape)
    if round_id in repository.rounds()[0]:
        raise UsageError(
            f"Round {round_id} is there already and stays as it is. Choose another name, or remove the folders "
            f"'rounds/{round_id}' and 'applicants/{round_id}' first."
        )
    made = _made(wanted)
    applications = []
    for application, identity in zip(made.applications, made.identities, strict=True):
        plaintext = json.dumps(identity, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        applications.append({**application, "sealed": seal(plaintext, DEMONSTRATION_RECIPIENTS)})
        after_seal()
    files = {repository.application_file(round_id, each["id"]).path: dump(each) for each in applications}
    files[repository.roll_file(round_id).path] = dump(roll_data(made, applications))
    files[repository.round_file(round_id).path] = round_text(made.settings)
    # The settings come last: the round is there when all of it is.
    contents = {path: text.encode("utf-8") for path, text in files.items()}
    repository.write_all(contents, lasting=False, after_file=after_file)
    return Written(
        people=wanted.people,
        countries=wanted.countries,
        folders=tuple(sorted({path.rpartition("/")[0] for path in files})),
    )


def sample_values(
    round_id: RoundId, *, people: int, countries: int | None = None, seed: int = 1, shape: str = "plain"
) -> tuple[Round, tuple[Applicant, ...], Roll]:
    """The same made-up round as values, without files and without sealing, so the same every time.

    For benchmarks and tests, which need large rounds at once; the program itself always writes the files.
    """
    made = _made(plan(round_id, people=people, countries=countries, seed=seed, shape=shape))
    return (
        build.round_(made.settings),
        tuple(build.applicant(each) for each in made.applications),
        build.roll(roll_data(made, made.applications)),
    )


def _made(wanted: Plan) -> Sample:
    return sample(
        wanted, zone=zone(ZONE), recipients=DEMONSTRATION_RECIPIENTS, receipt=lambda seed: new_receipt(seed).public
    )


def round_text(settings: Data) -> str:
    """``round.yaml`` with comments that teach, and at its end the defaults that a coordinator may change."""
    parts: list[str] = []
    for key, value in settings.items():
        comment = COMMENTS.get(key, "")
        parts.append(("\n" if comment and parts else "") + _commented(comment) + dump({key: value}))
    left = {key: value for key, value in _DEFAULTS.items() if key not in settings}
    parts.append("\n# What follows is what counts unless you write it here without the '#':\n")
    parts.append(_commented(dump(left)))
    return "".join(parts)


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())
