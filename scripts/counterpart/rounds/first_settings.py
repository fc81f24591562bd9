"""The settings of a programme's first round, for any profession: a file to read through and to fill in."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta

from counterpart.model import RoundId

_ORDINALS = {str(n): word for n, word in enumerate(
    ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth"), start=1
)}  # fmt: skip
#: In which month a round of a year begins, by its number; nobody has more than two rounds a year by the calendar.
_MONTHS = {"1": 1, "2": 7, "3": 10}
#: Words in a title that are true of one part of the year only.
_SEASON = re.compile(
    r"\b(spring|summer|autumn|fall|winter|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|half|term|semester)\b",
    re.IGNORECASE,
)
#: Days after the first event -> event, and the guide; the guides are those that every profession can talk about.
_CALENDAR = (
    (0, "members-apply", None), (14, "everyone-applies", None), (34, "applications-close", None),
    (35, "matching", None), (49, "introductions", None), (49, "topic", "getting-to-know-you"),
    (63, "topic", "a-day-at-work"), (77, "topic", "learning-on-the-job"), (91, "topic", "places-and-spaces"),
    (98, "mid-survey", None), (105, "topic", "money-and-friends"), (119, "topic", "machines-and-people"),
    (133, "topic", "the-years-ahead"), (147, "topic", "looking-back"), (154, "end-survey", None),
    (161, "end", None),
)  # fmt: skip


def title_from(round_id: RoundId) -> str:
    """``First round of 2027``."""
    year, number = round_id.split("-")
    return f"{_ORDINALS[number]} round of {year}"


def next_title(title: str, old: RoundId, new: RoundId, days: int) -> tuple[str, bool]:
    """The title of the round *new*, which begins so many *days* after *old*; and whether it is one of its own.

    Year, ordinal and id are replaced where they stand in the old title. A title that names a season is not taken
    to another part of the year, and two rounds do not get the same title: then the round's name makes it.
    """
    (old_year, old_number), (new_year, new_number) = old.split("-"), new.split("-")
    title = re.sub(r"\s*\(sample\)", "", title)
    found = re.sub(rf"\b{re.escape(old)}\b", new, title)
    found = re.sub(rf"\b{old_year}\b(?!-\d)", new_year, found)
    one, other = _ORDINALS[old_number], _ORDINALS[new_number]
    found = re.sub(rf"\b{one}\b", other, found)
    found = re.sub(rf"\b{one.lower()}\b", other.lower(), found)
    out_of_season = _SEASON.search(found) is not None and 45 < days % 365 < 320
    if found == title or out_of_season or len(found) > 120:
        return title_from(new), True
    return found, False


def opening(round_id: RoundId) -> date:
    """The day on which members may apply: the second Monday of the month in which such a round begins."""
    year, number = round_id.split("-")
    first = date(int(year), _MONTHS.get(number, 11), 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7)


def first_settings(round_id: RoundId, starts: date, code_of_conduct: str, guides: Collection[str]) -> str:
    """The text of ``round.yaml``; *guides*: those that the programme has, so that no line names another."""
    lines = [
        f'  - {{date: "{starts + timedelta(days=days)}", event: {event}{f", guide: {guide}" if guide else ""}}}\n'
        for days, event, guide in _CALENDAR
        if guide is None or guide in guides
    ]
    text = _TEXT
    for mark, words in (
        ("ROUND", round_id), ("TITLE", title_from(round_id)), ("CALENDAR", "".join(lines)),
        ("CONDUCT", code_of_conduct),
    ):  # fmt: skip
        text = text.replace(f"<{mark}>", words)
    return text


_TEXT = """\
# The settings of one round. Read through them from top to bottom, and change what is not right for you.
# 'counterpart check' says what is still missing; the page on round settings explains each key.

# The version of this file format.
format: 1
# The round: its year, and which round of that year. The folder has the same name.
round: "<ROUND>"
# The round's name, as people read it.
title: "<TITLE>"

# Where people can reach the coordinators: an e-mail address, or the https address of a page.
# contact: mentoring@example.org
# The address of your site, without a slash at the end. E-mails link to the guides there.
# site: https://mentoring.example.org

# The time zone in which the dates below are meant, such as Europe/Lisbon. A day ends there at midnight.
zone: UTC
# The dates, the earliest first. To move one with all that follows it: counterpart round move <ROUND> EVENT DATE
# 'members-apply': take this line out if members do not apply earlier than everybody else.
# 'applications-close' is the last day on which people can apply. 'topic' names a guide in site/guides/.
calendar:
<CALENDAR>
# What people can name as their interests: twenty to thirty topics of about the same size are enough.
# These suit any profession. Replace them by those of yours. An id stands in applications, so keep it from then on.
topics:
  - {id: learning, name: "Learning and training"}
  - {id: leading, name: "Leading people"}
  - {id: tools, name: "Tools and technology"}
  - {id: ethics, name: "Ethics of the profession"}
  - {id: public, name: "Working with the public"}
  - {id: research, name: "Research and new methods"}
  - {id: money, name: "Budgets and funding"}
  - {id: well-being, name: "Looking after each other at work"}
  - {id: inclusion, name: "Access and inclusion"}
  - {id: changing-work, name: "How the profession is changing"}
# Kinds of workplace that people choose from. Replace them by those of your profession.
sectors:
  - {id: public-service, name: "Public service"}
  - {id: companies, name: "Companies"}
  - {id: research, name: "Universities and research"}
  - {id: charities, name: "Charities and associations"}
  - {id: own-practice, name: "Own practice"}
# Career stages. 'step' is the place on the scale; a stage beside the scale names its distances to the others.
career_stages:
  - {id: student, name: "Student", step: 0}
  - {id: early, name: "Early career", step: 1}
  - {id: mid, name: "In mid-career", step: 2}
  - {id: senior, name: "Senior", step: 3}
  - {id: changing, name: "Changing career", distances: {student: 1, early: 1, mid: 2, senior: 3}}

# Which pairs may exist, beside the rule that partners live in different countries. 'time-difference': the most
# hours between their clocks, or any.
rules: {shared-language: true, past-partner: true, same-employer: true, time-difference: any}
# How much counts what, in points.
weights: {interests: 100, rarity: 50, sector: 60, career_stage: 60, hours: 40, languages: 20}
# The points from which on a partner is good enough, as one person sees it.
acceptable: 150
# The largest share of the applicants, in per cent, that may come from one country.
country_cap: 20
# Whether a person who is left over may join a pair: allowed, or not-allowed.
threes: not-allowed

# The version of the code of conduct that people accept; the same as on its page.
code_of_conduct: "<CONDUCT>"
# Your association's own words on points for professional development, for statements of participation.
# points: "One point for each hour, up to ten in a year."

# Any text that nobody can foresee, such as the lottery numbers of a named day. It decides between pairings that
# are equally good. Write it before the first application, and leave it as it is from then on.
draw: " "
# The public keys of the coordinators, two at least. 'counterpart keys new <ROUND> --as coordinator-1' writes them.
recipients: []
"""
