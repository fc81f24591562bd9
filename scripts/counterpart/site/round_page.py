"""The page of a round, and the list of all rounds."""

from __future__ import annotations

from collections.abc import Sequence

from counterpart.files.markup import day_tag, day_words, escaped, link, moment_tag, page, paragraph
from counterpart.model import CareerStage, Event, Round, Sector, Topic
from counterpart.report.page import report_summary
from counterpart.site.public import Public
from counterpart.site.round_state import (
    Stage,
    end_of,
    event_words,
    one_round,
    round_path,
    start_of,
    state,
    utc_beside,
)

_OPENS = ("members-apply", "everyone-applies")


def round_page(round: Round, public: Public) -> str:
    """The Markdown of a round's page: state, report once there is one, calendar, programme, choices."""
    here = round_path(round)
    return page(
        round.title,
        f"{round.title}: calendar, discussion programme and report.",
        paragraph(
            one_round(round, public, here),
            _report(round, public),
            "## Calendar\n\n" + calendar(round, public),
            _programme(round, public, here),
            _discussions(round, public, here),
            _choices(round),
        ),
    )


def rounds_page(public: Public) -> str:
    """The Markdown of the list of rounds."""
    summary = f"Every round of {public.programme.name}: when it is, what is discussed, and how it went."
    return page("Rounds", summary, paragraph(escaped(summary), rounds_list(public, "rounds/index.md")))


def rounds_list(public: Public, page: str) -> str:
    """All rounds as a Markdown list for *page*, the latest first."""
    if not public.rounds:
        return f"No round is announced yet. The [calendar feed]({link('calendar.ics', page)}) will tell."
    listed = sorted(public.rounds, key=lambda round: (round.calendar[0].date, round.id), reverse=True)
    lines = []
    for each in listed:
        first, end = each.day("introductions"), each.day("end")
        dates = f"Partners talk from {day_words(first)} to {day_words(end)}." if first and end else ""
        stage = state(each, public).stage
        stands = f"open for {escaped(public.programme.members)}" if stage is Stage.MEMBERS else _STANDS[stage]
        lines.append(f"- **[{escaped(each.title)}]({link(round_path(each), page)})**: {stands}. {dates}".rstrip())
    return "\n".join(lines)


_STANDS = {
    Stage.OPEN: "open for applications",
    Stage.MATCHING: "partners are being found",
    Stage.UNDER_WAY: "under way",
    Stage.NOT_OPEN: "not open yet",
    Stage.FINISHED: "finished",
}


def calendar(round: Round, public: Public) -> str:
    """The calendar as a Markdown table: weekday, date, and the hour where the hour matters."""
    lines = ["| Date | What happens |", "| --- | --- |"]
    topics = 0
    for event in round.calendar:
        topics += event.event == "topic"
        what = escaped(event_words(event, topics, public))
        lines.append(f"| {_when(event, round, public)} | {what} |")
    zone = escaped(round.zone)
    note = (
        f"Dates are days in the time zone {zone}. Applications are taken from the first moment of the first day "
        f"to the last moment of the last day there; the same moment in UTC stands beside it."
    )
    where = link("calendar.ics", round_path(round))
    feed = f"[Subscribe to the calendar]({where}) to see these dates in your own."
    return paragraph("\n".join(lines), note, feed)


def _when(event: Event, round: Round, public: Public) -> str:
    if event.event in _OPENS:
        moment = start_of(event.date, round, public)
        return moment_tag(moment, f"{day_words(event.date)}, from 00:00 ({utc_beside(moment, event.date)})")
    if event.event == "applications-close":
        moment = end_of(event.date, round, public)
        return moment_tag(moment, f"{day_words(event.date)}, until 24:00 ({utc_beside(moment, event.date)})")
    return day_tag(event.date)


def _programme(round: Round, public: Public, here: str) -> str:
    topics = [event for event in round.calendar if event.event == "topic"]
    if not topics:
        return ""
    lines = []
    for number, event in enumerate(topics, start=1):
        guide = public.guides.get(event.guide or "")
        if guide is None:
            lines.append(f"{number}. {day_words(event.date)}: the guide comes with the day.")
            continue
        touched = ", ".join(public.topic(topic, round) for topic in guide.topics)
        about = f"  \n    *{escaped(touched)}*" if touched else ""
        where = link(f"guides/{guide.id}.md", here)
        lines.append(f"{number}. {day_words(event.date)}: **[{escaped(guide.title)}]({where})**{about}")
    return (
        "## Discussion programme\n\nPartners read one guide after another, each from its day on.\n\n"
        + "\n".join(lines)
    )


def _discussions(round: Round, public: Public, here: str) -> str:
    listed = public.of_round(round.id)
    if not listed:
        return ""
    lines = [
        f"- **[{escaped(each.title)}]({link(f'rounds/{round.id}/{each.id}.md', here)})**: "
        f"{moment_tag(each.starts)}"
        for each in listed
    ]
    return "## Group discussions\n\n" + "\n".join(lines)


def _choices(round: Round) -> str:
    """What applicants can name, in the round's own words."""
    return paragraph(
        "## What you can choose from",
        "These are the choices in this round's application.",
        f"**Where you work:** {_listed(round.sectors)}.",
        f"**Where you stand:** {_listed(round.career_stages)}.",
        f"**What interests you:** {_listed(round.topics)}.",
    )


def _listed(things: Sequence[Topic | Sector | CareerStage]) -> str:
    return "; ".join(escaped(thing.name) for thing in things)


def _report(round: Round, public: Public) -> str:
    if round.id in public.reports:
        return "## Report\n\n" + report_summary(public.reports[round.id], round_path(round))
    if state(round, public).stage is Stage.FINISHED:
        return "## Report\n\nThe report of this round is not published yet."
    return ""
