from __future__ import annotations

from counterpart.site.navigation import expanded

PAGES = [
    "contact.md",
    "faq.md",
    "index.md",
    "guides/last.md",
    "guides/first.md",
    "guides/index.md",
    "guides/old/a.md",
]


def test_a_folder_stands_for_its_pages_with_the_index_first() -> None:
    assert expanded([{"Guides": "guides/"}], PAGES) == [
        {"Guides": ["guides/index.md", "guides/last.md", "guides/first.md"]}
    ]


def test_a_page_that_is_named_does_not_come_twice() -> None:
    nav = ["index.md", {"About": ["faq.md", "./"]}, {"Guides": ["guides/first.md", "guides/"]}]

    assert expanded(nav, PAGES) == [
        "index.md",
        {"About": ["faq.md", "contact.md"]},
        {"Guides": ["guides/first.md", "guides/index.md", "guides/last.md"]},
    ]


def test_a_folder_without_pages_goes_with_its_heading() -> None:
    nav = ["index.md", {"Rounds": "rounds/"}, {"More": [{"Voices": "voices/"}, "faq.md"]}]

    assert expanded(nav, PAGES) == ["index.md", {"More": ["faq.md"]}]
