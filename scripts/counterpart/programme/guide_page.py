"""A discussion guide as a page of the site, and what the fortnightly mail takes from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterpart.files.markup import escaped, page
from counterpart.model import Guide

_STAGES = {
    "first": "This guide comes with the introductions.",
    "middle": "This guide can be read at any time during the partnership.",
    "last": "This guide is for the last two weeks.",
}


def guide_page(guide: Guide) -> str:
    """The Markdown of the guide's page, below its title: its own text, then what its head says.

    The text is a coordinator's Markdown. What the head says is shown as text, whatever it holds.
    """
    parts = [f"*{escaped(guide.summary)}*", guide.text.strip()]
    parts.append("## Questions for the two of you\n\n" + _list(guide.questions))
    parts.append("## Something to do together\n\n" + escaped(guide.activity))
    parts.append("## If you were in the programme before\n\n" + escaped(guide.returning))
    if guide.reading:
        works = [
            f"**{escaped(work.title)}**, {escaped(work.author)}, {work.year}."
            + (f" {escaped(work.note)}" if work.note else "")
            for work in guide.reading
        ]
        parts.append("## To read on\n\n" + "\n".join(f"- {work}" for work in works))
    parts.append(
        "## How to use this guide\n\n"
        f"{_STAGES[guide.stage]} Choose what interests you both; nobody checks what you talk about. "
        "What you tell each other stays between you."
    )
    return "\n\n".join(parts) + "\n"


def guides_page(guides: Mapping[str, Guide]) -> str:
    """The Markdown of the list of all guides: the first, those between by title, the last."""
    listed = in_order(guides)
    lines = [f"- **[{escaped(guide.title)}]({guide.id}.md)**  \n  {escaped(guide.summary)}" for guide in listed]
    summary = (
        "Every two weeks partners read a guide: some thoughts, questions for two people in different places, and "
        "something to do together. Anybody may use them."
    )
    return page("Discussion guides", summary, summary + "\n\n" + "\n".join(lines))


def in_order(guides: Mapping[str, Guide]) -> list[Guide]:
    """The guides as a reader meets them: the first, those between by title, the last."""
    order = {"first": 0, "middle": 1, "last": 2}
    return sorted(guides.values(), key=lambda guide: (order[guide.stage], guide.title))


def digest_parts(guide: Guide) -> tuple[str, tuple[str, ...]]:
    """What the fortnightly mail takes from a guide: its summary and two questions."""
    return guide.summary, guide.questions[:2]


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {escaped(item)}" for item in items)
