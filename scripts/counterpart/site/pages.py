"""The site's generated pages: one pure function from public data to the text of each page, by its path."""

from __future__ import annotations

from collections.abc import Mapping

from counterpart.files.markup import day_tag, escaped, link, page, paragraph
from counterpart.programme.guide_page import guides_page
from counterpart.programme.public import News
from counterpart.site.discussion_page import (
    discussion_page,
    discussion_path,
    discussions_list,
    discussions_page,
)
from counterpart.site.feeds import atom
from counterpart.site.people_page import ambassadors_list, ambassadors_page, voices_list, voices_page
from counterpart.site.public import Public
from counterpart.site.round_page import round_page, rounds_list, rounds_page
from counterpart.site.round_state import round_path, round_state

FEED = "feed.xml"
#: What a page can hold of the data, in double braces.
FRAGMENTS = ("round_state", "rounds", "discussions", "ambassadors", "voices", "news", "news_latest")
_LATEST = 3


def pages(public: Public) -> dict[str, str]:
    """The text of every generated file by its path among the site's sources; the same data give the same text.

    A page that people have written themselves takes the place of the generated one of the same path.
    """
    made = {"rounds/index.md": rounds_page(public)}
    made |= {round_path(round): round_page(round, public) for round in public.rounds}
    made["discussions/index.md"] = discussions_page(public)
    made |= {discussion_path(each): discussion_page(each, public) for each in public.discussions}
    if public.guides:
        made["guides/index.md"] = guides_page(public.guides)
    if public.regions:
        made["ambassadors/index.md"] = ambassadors_page(public)
    if public.voices:
        made["voices/index.md"] = voices_page(public)
    made["news/index.md"] = _news_page(public)
    made[FEED] = atom(public)
    return made


def fragments(public: Public, page: str) -> Mapping[str, str]:
    """What stands for each of ``FRAGMENTS`` on *page*, as Markdown and HTML that is safe."""
    return {
        "round_state": round_state(public, page),
        "rounds": rounds_list(public, page),
        "discussions": discussions_list(public, page),
        "ambassadors": ambassadors_list(public),
        "voices": voices_list(public),
        "news": _news_list(public.news, page),
        "news_latest": _news_list(public.news[:_LATEST], page),
    }


def news_page(news: News, text: str) -> str:
    """The Markdown of a piece of news below its title; *text* is its own, which is Markdown."""
    return paragraph(f"{day_tag(news.date)}. *{escaped(news.summary)}*", text) + "\n"


def _news_page(public: Public) -> str:
    summary = f"News of {public.programme.name}, the latest first."
    here = "news/index.md"
    feed = f"[Subscribe to news and guides]({link(FEED, here)}) in a feed reader."
    return page("News", summary, paragraph(_news_list(public.news, here), feed))


def _news_list(news: tuple[News, ...], page: str) -> str:
    if not news:
        return "There is no news yet."
    return "\n".join(
        f"- {day_tag(each.date)}: **[{escaped(each.title)}]({link(f'news/{each.id}.md', page)})**. "
        f"{escaped(each.summary)}"
        for each in news
    )
