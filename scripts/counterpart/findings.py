"""What is wrong with a file, as a value: collected, sorted and shown, never raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """``error`` makes ``check`` fail; ``warning`` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A place in a file: the path as seen from the root, with forward slashes; line and column from 1."""

    path: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing that is wrong. Findings sort by place, then by rule.

    ``message`` says in one sentence what was expected and what was found; ``help`` says what to do.
    Neither may hold a sealed or free-text value: logs get published.
    """

    location: Location
    rule: str  # kebab-case; also the anchor of its documentation and the name of its test case
    message: str
    help: str
    severity: Severity = Severity.ERROR


class UsageError(Exception):
    """The command was wrong, not the data: one sentence for the person who typed it (exit 2)."""


class ProgramError(Exception):
    """Another program that this one needs is missing or too old: one sentence that says which (exit 2).

    No UsageError: whoever catches one to go on without a repository must not take a missing git for that.
    """


class CertificateError(Exception):
    """We are wrong: the engine's own answer failed its proof, and nothing was written (exit 3)."""


# The catalogue of rules. A rule's id is also the anchor of its section in site/reference/findings.md, the name of
# its test case and what annotations in a pull request show. An id that once was published keeps its meaning.

#: rule id -> what to do, in a sentence or two; in the order in which a file is looked at
RULES: Mapping[str, str] = MappingProxyType(
    {
        # the file itself
        "file-name": "Rename the file or the folder, or move it out of here.",
        "file-link": "Put the file itself here; a link may lead out of the programme's folder.",
        "file-kind": "Put an ordinary file of this name here.",
        "file-unreadable": "Give yourself the right to read it, or fetch it again from the repository.",
        "file-too-large": "Look at what was put into the file; a real one is far smaller.",
        "file-missing": "Add the file, or remove the folder.",
        # the text
        "yaml-not-utf8": "Save the file as UTF-8; most editors offer this under 'Save as' or 'Encoding'.",
        "yaml-byte-order-mark": "Save the file as 'UTF-8', not as 'UTF-8 with BOM'.",
        "yaml-control-character": "Delete the character; it is often pasted by accident and cannot be seen.",
        "yaml-tab": "Use spaces to indent, two for each level.",
        "yaml-syntax": "Look at this line and the one before: a quote or bracket that is not closed, "
        "a missing space after a colon, or an indentation that differs from its neighbours.",
        "yaml-empty": "Write the file's contents, or remove the file.",
        "yaml-many-documents": "Keep the first document and delete the line '---' with all that follows it.",
        "yaml-directive": "Delete the line that begins with '%'.",
        "yaml-anchor": "Delete the word that begins with '&' and write the value out wherever it is needed.",
        "yaml-alias": "Write the value out here instead of the word that begins with '*'.",
        "yaml-tag": "Delete the word that begins with '!'; put quotes around the value if it is text.",
        "yaml-merge-key": "Write out the keys that '<<' was meant to bring in.",
        "yaml-duplicate-key": "Keep one of the two lines.",
        "yaml-key-not-text": "Write a word before the colon.",
        "yaml-too-deep": "Look at the brackets and the indentation; no file of a programme is nested so deep.",
        "yaml-number-not-whole": "Write a whole number, or put quotes around it if it is text.",
        "yaml-number-too-long": "Write a smaller number, or put quotes around it if it is text.",
        # the shape
        "key-unknown": "Correct the key's spelling, or delete it with its value.",
        "key-missing": "Add the key; the reference of file formats shows where it goes and what it holds.",
        "key-form": "Correct the key; the reference of file formats shows what keys are for here.",
        "value-type": "Write the value in the form that is asked for.",
        "value-not-listed": "Choose one of the values that are listed.",
        "value-form": "Write the value in the form that is asked for; the reference of file formats shows it.",
        "value-too-small": "Write a larger number.",
        "value-too-large": "Write a smaller number.",
        "text-too-short": "Write something here.",
        "text-too-long": "Shorten it.",
        "list-too-short": "Add what is missing.",
        "list-too-long": "Keep the ones that matter most.",
        "list-repeats": "Keep one of the two.",
        # one application
        "id-differs": "Let both be the same; the file's name is the application's identity.",
        "round-differs": "Let both be the same, or move the file to the folder of its round.",
        "country-unknown": "Use the country's two-letter code from ISO 3166-1, such as 'VN' for Viet Nam.",
        "time-zone-unknown": "Use a name from the IANA list, a region and a city: 'Asia/Ho_Chi_Minh'.",
        "time-zone-elsewhere": "Leave it if the person really lives by that time; else correct one of the two.",
        "language-unknown": "Use the language's code, such as 'en', 'vi' or 'pt-BR'.",
        "topic-unknown": "Use the id of one of the round's topics.",
        "sector-unknown": "Use the id of one of the round's sectors.",
        "career-stage-unknown": "Use the id of one of the round's career stages.",
        "code-of-conduct-version": "Ask the applicant to accept the round's version, then send the form again.",
        "received-outside-window": "Move the application to the round that was open on that day.",
        "received-before-everyone": "Ask the applicant about the membership, or to apply when everyone may.",
        "sealed-armor": "Send the form again; the sealed part was cut or changed on its way.",
        "id-repeated": "Keep one of the files; each application has an id of its own.",
        # what follows an application
        "application-missing": "Bring the application back, or remove this file.",
        "correction-number": "Rename the file so that corrections count 2, 3, 4, without a gap.",
        "correction-late": "Answer the applicant by mail: after the last day a name or an address can be "
        "corrected, and no more.",
        "correction-differs": "Ask the applicant to correct it again with the copy that was kept.",
        "signature-wrong": "Remove the file; ask the applicant to send it again, with the receipt.",
        # what people answer while the round is under way
        "response-unsigned": "Ask for the file that the page saved; or write the answer down yourself with "
        "'counterpart pulse --note'.",
        "response-signature": "Remove the file. Ask the person to answer again with the link in the mail.",
        "response-expired": "Write the answer down yourself with 'counterpart pulse --note', if it still matters.",
        "response-name": "Remove the file, and take in what the person sent once more.",
        # the round
        "round-missing": "Add the round's settings, or move the applications to the right folder.",
        "round-without-applications": "Bring the applications back; of a round that is over, write "
        "'closed: true' in its round.yaml.",
        "calendar-order": "Write the calendar from the first day to the last.",
        "calendar-event-missing": "Add a line to the calendar with the event's date.",
        "calendar-event-repeated": "Keep one line of this event; only 'topic' may come again.",
        "calendar-unusual": "Leave it if it is meant so; else move the date with 'counterpart round move'.",
        "guide-head": "Begin the guide with a line '---', its title and the rest, and another line '---'.",
        "guide-unknown": "Write the guide, or name one that is there.",
        "guide-repeated": "Name another guide for one of the two fortnights.",
        "discussion-outside-round": "Correct the moment, or move the dates of the round.",
        "name-repeated": "Give each one an id of its own.",
        "career-stage-place": "Write either 'step' or 'distances'.",
        "career-stage-distances": "State the distance to every other stage, once, and the same from both sides.",
        "draw-empty": "Write any text that nobody can foresee, and leave it as it is from then on.",
        "recipient-mistyped": "Copy the key again from the coordinator who sent it.",
        "recipient-demonstration": "Make a key of your own with 'counterpart keys new', and remove this one.",
        "template-broken": "Correct the template, and look at it with 'counterpart preview'.",
        # what the site says
        "consent-missing": "Ask the person, and write 'consent: true' when they agree; else remove the entry.",
        "region-missing": "Add the country to one of the regions.",
        "news-head": "Begin the news with a line '---', its title, date and summary, and another line '---'.",
        "placeholder-form": "Write a name alone, such as '{{ programme.name }}', "
        "or put it into backquotes to show it.",
        "placeholder-unknown": "Use a name that site/programme.yaml has, or add the name there.",
        # roll, decisions, proposal
        "person-unknown": "Correct the id, or bring the application's file back.",
        "application-not-on-roll": "Run 'counterpart admit' again, so that the roll says what became of it.",
        "application-changed": "Bring back the application that was admitted, or run 'counterpart admit' again.",
        "person-withdrawn": "Before the introductions, run 'counterpart admit' again, or name the person under "
        "'removed' in the decisions; after them, run 'counterpart rematch'.",
        "pool-differs": "Run 'counterpart admit' again; the roll is not written by hand.",
        "roll-reason-missing": "Add 'reason' with a code such as 'country-cap'.",
        "one-person-pair": "Name two people.",
        "pin-contradicts": "Keep one of the decisions.",
        "ended-twice": "Keep the line that is right.",
        "ended-stays": "Write 'leaves: true', or take the ban out.",
        "confirmed-twice": "Keep the answer that is right.",
        "approval-void": "Look at the proposal as it is now, and run 'counterpart approve' again.",
        # the report
        "report-table": "Bring back the report as 'counterpart report' wrote it, or delete it; "
        "it is never edited.",
        "report-figure": "Bring back the report as 'counterpart report' wrote it, or delete it; "
        "it is never edited.",
    }
)


def found(
    rule: str, location: Location, message: str, help: str | None = None, severity: Severity = Severity.ERROR
) -> Finding:
    """A finding of a registered rule; *help* replaces the rule's own remedy where more can be said."""
    return Finding(
        location=location,
        rule=rule,
        message=message,
        help=RULES[rule] if help is None else help,
        severity=severity,
    )
