"""Group discussions: the list, and a page for each, with a sheet for its host."""

from __future__ import annotations

from counterpart.files.markup import escaped, link, moment_tag, moment_words, page, paragraph
from counterpart.programme.public import Discussion
from counterpart.site.public import Public


def discussion_path(discussion: Discussion) -> str:
    """The page of a group discussion, among the site's sources."""
    return f"rounds/{discussion.round}/{discussion.id}.md"


def discussions_page(public: Public) -> str:
    """The Markdown of the list of group discussions."""
    summary = "Once in a while several pairs talk together. Here is when, about what, and how to join."
    return page("Group discussions", summary, paragraph(summary, discussions_list(public, "discussions/index.md")))


def discussions_list(public: Public, page: str) -> str:
    """The Markdown of what is to come, from the next on, and of what was, from the last on, for *page*."""
    ahead = [each for each in public.discussions if each.ends > public.now]
    over = [each for each in reversed(public.discussions) if each.ends <= public.now]
    parts = ["## To come", "\n".join(_line(each, page) for each in ahead) or "No group discussion is announced."]
    if over:
        parts += ["## Archive", "\n".join(_line(each, page) for each in over)]
    return paragraph(*parts)


def _line(each: Discussion, page: str) -> str:
    return f"- **[{escaped(each.title)}]({link(discussion_path(each), page)})**: {moment_tag(each.starts)}"


def discussion_page(each: Discussion, public: Public) -> str:
    """The Markdown of one group discussion: how to join and the host's sheet, or its archive."""
    here = discussion_path(each)
    over = each.ends <= public.now
    guide = public.guides.get(each.guide or "")
    about = ""
    if guide is not None:
        about = f"It is about the guide [{escaped(guide.title)}]({link(f'guides/{guide.id}.md', here)})."
    when = f"**{moment_tag(each.starts)}**"
    facts = f"It takes {each.minutes} minutes. Host: {escaped(each.host)}. {about}".rstrip()
    return page(
        each.title,
        f"{each.title}: a group discussion on {moment_words(each.starts)}.",
        paragraph(when, facts, _archive(each) if over else _join(each), "" if over else _sheet(each, public)),
    )


def _join(each: Discussion) -> str:
    where = f"[Join the discussion]({each.link})" if each.link else ""
    return paragraph("## How to join", escaped(each.join), where)


def _archive(each: Discussion) -> str:
    if each.archive is None:
        return "## What was said\n\nThis discussion is over. What remains of it will stand here."
    more = f"[Read or watch more]({each.archive.link})" if each.archive.link else ""
    return paragraph("## What was said", escaped(each.archive.summary), more)


def _sheet(each: Discussion, public: Public) -> str:
    """What a host does before, during and after: steps that somebody can follow who does it for the first time."""
    guide = public.guides.get(each.guide or "")
    questions = [f"    - {escaped(question)}" for question in guide.questions] if guide else []
    asked = "\n".join(["- Ask these questions, one after another; three are often enough:", *questions])
    third = max(5, each.minutes // 3)
    prepared = (
        "- A week before, read the guide and choose your questions."
        if guide
        else "- A week before, write down three questions that anybody can answer from experience."
    )
    return paragraph(
        "## For the host",
        "### Before",
        "\n".join(
            [
                prepared,
                "- Find somebody who takes notes, and somebody who looks after people who cannot hear or join.",
                "- On the day before, try the link and the sound from another device.",
            ]
        ),
        "### During",
        "\n".join(
            [
                f"- The first {min(10, third)} minutes: say who you are, how long it takes, and that nobody is "
                "recorded unless everybody agrees. Ask people to write their name, country and time of day.",
                asked if guide else "- Ask your questions, one after another; three are often enough.",
                "- Speak slowly. Repeat a question in other words. Wait for ten seconds before you go on.",
                "- With more than eight people, make groups of four for "
                f"{third} minutes; each group tells one thing afterwards.",
                "- Stop five minutes early: each person says one word about what they take home.",
            ]
        ),
        "### After",
        "\n".join(
            [
                "- Within a week, send the coordinators five to ten sentences on what was said, with no name and "
                "nothing by which a person could be known. They become the archive on this page.",
                "- Tell the coordinators at once when something worried you.",
                f"- Contact: {escaped(public.programme.contact)}.",
            ]
        ),
    )
