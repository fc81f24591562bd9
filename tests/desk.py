"""A coordinator's machine for tests: a made-up round with people whose sealed parts are real, and the commands."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from counterpart.digest import digest
from counterpart.files import yaml_read
from counterpart.files.yaml_write import dump
from counterpart.sealing.demo_keys import DEMONSTRATION_RECIPIENTS
from counterpart.sealing.seal import seal
from tests import runner
from tests.miniature import lay_out
from tests.submissions import receipt

AFTER = "2027-02-16T00:00:00Z"  # applications are closed
_COUNTRIES = ("AU", "PL", "NG", "BR", "JP", "CA", "IN", "ES")
_CLOCKS = {
    "AU": "Australia/Sydney", "PL": "Europe/Warsaw", "NG": "Africa/Lagos", "BR": "America/Sao_Paulo",
    "JP": "Asia/Tokyo", "CA": "America/Toronto", "IN": "Asia/Kolkata", "ES": "Europe/Madrid",
}  # fmt: skip
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def id_of(number: int) -> str:
    """The id of the made-up person with this number."""
    return "P" + "".join(_LETTERS[number >> shift & 31] for shift in range(40, -1, -5))


class Desk:
    """A programme with one made-up round, empty at first, and what a coordinator types."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        nobody = "".join(f"# rounds/2027-1/{name}.yaml, removed\n" for name in ("roll", "pairings", "decisions"))
        sample = "# rounds/2027-1/round.yaml, in part\nsample: true\nrecipients:\n"
        sample += "".join(f"  - {recipient}\n" for recipient in DEMONSTRATION_RECIPIENTS)
        self.root = lay_out(folder / "programme", nobody + sample + settings)
        self.folder = folder
        self.names: set[str] = set()
        for path in (self.root / "applicants" / "2027-1").iterdir():
            path.unlink()

    def copied(self, folder: Path) -> Self:
        """The same desk with its repositories in another *folder*, where anything may be done with it."""
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        other = copy.copy(self)
        other.names = set(self.names)
        for name, value in vars(self).items():
            if isinstance(value, Path):
                setattr(other, name, folder / value.relative_to(self.folder))
        for config in folder.glob("*/.git/config"):  # which names its remote by where that lay
            text = config.read_text(encoding="utf-8").replace(str(self.folder), str(folder))
            config.write_text(text, encoding="utf-8", newline="\n")
            # A copied file looks changed to Git, as its time and place differ, until its contents are compared.
            subprocess.run(["git", "update-index", "-q", "--refresh"], cwd=config.parents[1], check=False)
        return other

    def apply(
        self,
        number: int,
        *,
        country: str | None = None,
        received: str = "2027-02-01T00:00:00Z",
        round: str = "2027-1",
        profile: dict[str, Any] | None = None,
        **identity: Any,
    ) -> str:
        """One more application, of a person with a number; the id. Without other words, everybody is unlike."""
        id = id_of(number)
        country = country or _COUNTRIES[number % len(_COUNTRIES)]
        said = {
            "country": country,
            "time_zone": _CLOCKS.get(country, "Europe/Madrid"),
            "languages": ["en"],
            "sector": "academic",
            "career_stage": "early",
            "interests": ["open-access"],
            "wishes": {},
            "membership": "not-member",
            "returning": False,
            "code_of_conduct": "2027-01",
        } | (profile or {})
        sealed = {
            "format": 1,
            "round": round,
            "id": id,
            "profile": digest(said),
            "name": f"Canary Number {number}",
            "email": f"canary-{number}@example.org",
            "partner_may_see": ["name", "email"],
        } | identity
        self.names |= {str(value) for key, value in sealed.items() if key in ("name", "email", "employer")}
        data = {
            "format": 1,
            "round": round,
            "id": id,
            "received": received,
            "receipt": receipt(id).public,
            "profile": said,
            "sealed": seal(json.dumps(sealed, ensure_ascii=False).encode(), DEMONSTRATION_RECIPIENTS),
        }
        folder = self.root / "applicants" / round
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{id}.yaml").write_text(dump(data), encoding="utf-8", newline="\n")
        return id

    def run(self, *arguments: object, show_names: bool = False) -> tuple[int, str, str]:
        """A command's exit code and what it said, in which nobody is named."""
        code, out, err = runner.run(*arguments, root=self.root)
        if not show_names:
            assert not [name for name in self.names if name in out + err]
        return code, out, err

    def admit(self, *more: object, now: str = AFTER, show_names: bool = False) -> tuple[int, str, str]:
        """``counterpart admit`` with the demonstration's key."""
        arguments = ("admit", "2027-1", "--key", "demo", "--pretend-now", now, *more)
        return self.run(*arguments, show_names=show_names)

    def data(self, name: str, round: str = "2027-1") -> Any:
        """The data of one of the round's files."""
        path = self.root / "rounds" / round / name
        document = yaml_read.read(path.read_bytes(), name)
        assert isinstance(document, yaml_read.Document)
        return document.data

    def statuses(self) -> dict[str, str]:
        """Status and reason of everybody on the roll."""
        people = self.data("roll.yaml")["people"]
        return {id: " ".join(filter(None, (p["status"], p.get("reason")))) for id, p in people.items()}

    def nobody_named(self) -> None:
        """No name, address or employer stands in any file of the programme."""
        for path in self.root.rglob("*"):
            if path.is_file():
                content = path.read_bytes().decode("utf-8", "replace")
                assert not [name for name in self.names if name in content], path


D = TypeVar("D", bound=Desk)


class Kept:
    """What many tests begin with. Each process makes it once, and every test gets a copy of its own."""

    def __init__(self, place: Callable[[str], Path]) -> None:
        """*place* makes a new folder of a name."""
        self._place = place
        self._made: dict[type[Desk], Desk] = {}

    def copy(self, kind: type[D], folder: Path) -> D:
        """A desk of this *kind* in an empty *folder*, as its class makes it."""
        if kind not in self._made:
            self._made[kind] = kind(self._place(kind.__name__))
        made = self._made[kind]
        assert isinstance(made, kind)
        return made.copied(folder)


def flat(text: str) -> str:
    """A text without its line breaks, to look for sentences in it."""
    return re.sub(r"\s+", " ", text)


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def again_a_sample(root: Path, round_id: str) -> None:
    """Let a new round be a made-up one as well, so that its day can be pretended; and give it its draw."""
    path = root / "rounds" / round_id / "round.yaml"
    text = re.sub(r"(?m)^draw: .*$", "draw: the weather of next week", path.read_text(encoding="utf-8"))
    keys = "".join(f"  - {key}\n" for key in DEMONSTRATION_RECIPIENTS)
    path.write_text(text.replace("recipients: []\n", f"sample: true\nrecipients:\n{keys}"), encoding="utf-8")
