"""What the files of a programme are called: no other module knows a folder's or a file's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from counterpart.findings import UsageError
from counterpart.model import RoundId

ROUNDS = "rounds"
APPLICANTS = "applicants"
#: The sources of the site's pages, and what the pages say about the programme.
SITE = "site"
#: Where discussion guides lie, a page each; and news.
GUIDES = f"{SITE}/guides"
NEWS = f"{SITE}/news"

_ROUND = re.compile(r"[0-9]{4}-[1-9]")
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{10}")
_APPLICATION = re.compile(
    r"[0-9A-HJKMNP-TV-Z]{10}(?:\.(?:(?P<number>[2-9]|[1-9][0-9])|(?P<withdrawal>withdrawal)))?\.yaml"
)
PAGE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.md")
_RESPONSE = re.compile(r"[0-9A-HJKMNP-TV-Z]{10}-[0-9a-f]{12}\.yaml")
PROPOSAL = re.compile(r"pairings(-[2-9]|-[1-9][0-9])?\.yaml")
APPROVAL = re.compile(r"approval(-[2-9]|-[1-9][0-9])?\.yaml")

KIB, MIB = 1024, 1024 * 1024
#: The largest size of each kind of file. A roll or a proposal of 10,000 people takes about 3 MiB.
LIMITS: Mapping[str, int] = {
    "application": 32 * KIB,
    "correction": 32 * KIB,
    "withdrawal": 32 * KIB,
    "response": 32 * KIB,
    "links": 32 * KIB,
    "keys": 1 * MIB,
    "import": 32 * KIB,
    "memory": 16 * MIB,
    "confirmed": 4 * MIB,
    "approval": 32 * KIB,
    "template": 256 * KIB,
    "guide": 256 * KIB,
    "news": 256 * KIB,
    "page": 1 * MIB,
    "programme": 256 * KIB,
    "ambassadors": 1 * MIB,
    "voices": 1 * MIB,
    "discussions": 1 * MIB,
    "round": 1 * MIB,
    "roll": 32 * MIB,
    "decisions": 4 * MIB,
    "pairings": 32 * MIB,
    "certificate": 256 * MIB,
    "answers": 32 * MIB,
    "report": 1 * MIB,
}

#: What applicants send: the kinds of file in the applicants' folder.
FORMS = ("application", "correction", "withdrawal")

#: The files of a round's folder that there is one of.
OF_A_ROUND = (
    "round", "keys", "links", "import", "memory", "confirmed", "roll", "decisions", "approval", "discussions",
    "answers",
)  # fmt: skip

# Written by editors and file managers without being asked; nothing reads them.
IGNORED = frozenset({".gitkeep", ".gitattributes", ".gitignore", ".DS_Store", "README.md"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file that a round consists of: its path from the root, with forward slashes, and its kind."""

    path: str
    kind: str

    @property
    def stem(self) -> str:
        """The file's name up to the first dot: of an application, its id; of a response, that of the person."""
        name = self.path.rpartition("/")[2].partition(".")[0]
        return name.partition("-")[0] if self.kind == "response" else name

    @property
    def number(self) -> int:
        """Of a correction: which form of the application it is, 2 or more; 1 of anything else."""
        match = _APPLICATION.fullmatch(self.path.rpartition("/")[2])
        return int(match["number"]) if match and match["number"] else 1


class Names:
    """The name of each kind of file, and what a name may be."""

    @staticmethod
    def is_round_id(text: str) -> TypeGuard[RoundId]:
        """Whether *text* can name a round, such as ``2027-1``."""
        return _ROUND.fullmatch(text) is not None

    @staticmethod
    def round_id(text: str) -> RoundId:
        """The id of a round as somebody wrote it; a usage error where it is none."""
        if not Names.is_round_id(text):
            raise UsageError("A round is named by its year and number, such as '2027-1'.")
        return RoundId(text)

    @staticmethod
    def is_id(text: str) -> bool:
        """Whether *text* can be an application's id, such as ``7GQ2MK4XHN``."""
        return _ID.fullmatch(text) is not None

    @staticmethod
    def round_file(round_id: RoundId) -> Entry:
        """The round's settings."""
        return Entry(path=f"{ROUNDS}/{round_id}/round.yaml", kind="round")

    @staticmethod
    def roll_file(round_id: RoundId) -> Entry:
        """Who takes part."""
        return Entry(path=f"{ROUNDS}/{round_id}/roll.yaml", kind="roll")

    @staticmethod
    def decisions_file(round_id: RoundId) -> Entry:
        """What coordinators decided."""
        return Entry(path=f"{ROUNDS}/{round_id}/decisions.yaml", kind="decisions")

    @staticmethod
    def pairings_file(round_id: RoundId, number: int = 1) -> Entry:
        """The proposal; *number* is 2 or more for those made within the round."""
        return Entry(path=f"{ROUNDS}/{round_id}/pairings{_later(number)}.yaml", kind="pairings")

    @staticmethod
    def certificate_file(round_id: RoundId, number: int = 1) -> Entry:
        """The proof of the proposal of that number."""
        return Entry(path=f"{ROUNDS}/{round_id}/certificate{_later(number)}.json", kind="certificate")

    @staticmethod
    def application_file(round_id: RoundId, id: str) -> Entry:
        """One person's application."""
        return Entry(path=f"{APPLICANTS}/{round_id}/{id}.yaml", kind="application")

    @staticmethod
    def correction_file(round_id: RoundId, id: str, number: int) -> Entry:
        """A later form of one person's application; *number* is 2 or more."""
        return Entry(path=f"{APPLICANTS}/{round_id}/{id}.{number}.yaml", kind="correction")

    @staticmethod
    def withdrawal_file(round_id: RoundId, id: str) -> Entry:
        """One person's withdrawal."""
        return Entry(path=f"{APPLICANTS}/{round_id}/{id}.withdrawal.yaml", kind="withdrawal")

    @staticmethod
    def links_file(round_id: RoundId) -> Entry:
        """The key with which personal links are signed."""
        return Entry(path=f"{ROUNDS}/{round_id}/links.yaml", kind="links")

    @staticmethod
    def response_file(round_id: RoundId, id: str, mark: str) -> Entry:
        """One answer of one person; *mark*: the first twelve digits of the digest of what is sealed."""
        return Entry(path=f"{ROUNDS}/{round_id}/responses/{id}-{mark}.yaml", kind="response")

    @staticmethod
    def response(path: str) -> Entry | None:
        """What *path* may hold if it is that of a response; None if not."""
        parts = path.split("/")
        if len(parts) != 4 or parts[0] != ROUNDS or not Names.is_round_id(parts[1]) or parts[2] != "responses":
            return None
        return Entry(path=path, kind="response") if _RESPONSE.fullmatch(parts[3]) else None

    @staticmethod
    def keys_file(round_id: RoundId) -> Entry:
        """The register of the round's keys."""
        return Entry(path=f"{ROUNDS}/{round_id}/keys.yaml", kind="keys")

    @staticmethod
    def import_file(round_id: RoundId) -> Entry:
        """The sealed secret from which the ids of imported rows follow."""
        return Entry(path=f"{ROUNDS}/{round_id}/import.yaml", kind="import")

    @staticmethod
    def guide_file(guide: str) -> Entry:
        """A discussion guide: its id is the file's name."""
        return Entry(path=f"{GUIDES}/{guide}.md", kind="guide")

    @staticmethod
    def news_file(news: str) -> Entry:
        """A piece of news: its id is the file's name."""
        return Entry(path=f"{NEWS}/{news}.md", kind="news")

    @staticmethod
    def site_file(kind: str) -> Entry:
        """What the site says of the whole programme: its ``programme``, ``ambassadors`` or ``voices``."""
        return Entry(path=f"{SITE}/{kind}.yaml", kind=kind)

    @staticmethod
    def discussions_file(round_id: RoundId) -> Entry:
        """The round's group discussions."""
        return Entry(path=f"{ROUNDS}/{round_id}/discussions.yaml", kind="discussions")

    @staticmethod
    def memory_file(round_id: RoundId) -> Entry:
        """What earlier rounds left for this one, sealed."""
        return Entry(path=f"{ROUNDS}/{round_id}/memory.yaml", kind="memory")

    @staticmethod
    def confirmed_file(round_id: RoundId) -> Entry:
        """What coordinators confirmed about people whose words are sealed."""
        return Entry(path=f"{ROUNDS}/{round_id}/confirmed.yaml", kind="confirmed")

    @staticmethod
    def approval_file(round_id: RoundId, number: int = 1) -> Entry:
        """A coordinator's approval of the proposal of that number."""
        return Entry(path=f"{ROUNDS}/{round_id}/approval{_later(number)}.yaml", kind="approval")

    @staticmethod
    def number_of(entry: Entry) -> int:
        """Which pairing of the round a proposal or an approval is: 1, or more within the round."""
        match = (PROPOSAL if entry.kind == "pairings" else APPROVAL).fullmatch(entry.path.rpartition("/")[2])
        return int(match[1][1:]) if match and match[1] else 1

    @staticmethod
    def answers_file(round_id: RoundId) -> Entry:
        """What people answered at the end, sealed."""
        return Entry(path=f"{ROUNDS}/{round_id}/answers.yaml", kind="answers")

    @staticmethod
    def report_file(round_id: RoundId) -> Entry:
        """The round's published figures."""
        return Entry(path=f"{ROUNDS}/{round_id}/report.json", kind="report")

    @staticmethod
    def report_of(path: str) -> str | None:
        """The round whose published figures *path* holds; None where it holds something else."""
        top, _, rest = path.partition("/")
        round_id, _, name = rest.partition("/")
        return round_id if top == ROUNDS and name == "report.json" and Names.is_round_id(round_id) else None

    @staticmethod
    def form(path: str) -> Entry | None:
        """What *path* may hold if it is that of an application, a correction or a withdrawal; None if not."""
        folder, _, name = path.rpartition("/")
        top, _, round_id = folder.partition("/")
        match = _APPLICATION.fullmatch(name)
        if top != APPLICANTS or match is None or not Names.is_round_id(round_id):
            return None
        kind = "withdrawal" if match["withdrawal"] else "correction" if match["number"] else "application"
        return Entry(path=path, kind=kind)


def _later(number: int) -> str:
    """What stands behind a file's name: nothing for the first, "-2" for the second."""
    return f"-{number}" if number > 1 else ""
