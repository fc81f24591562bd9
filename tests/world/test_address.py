"""What people type or paste as their address is the address in it."""

from __future__ import annotations

import pytest

from counterpart.world.address import plain, takes


@pytest.mark.parametrize(
    "typed",
    [
        " oriel@example.org\u200b",
        "mailto:oriel@example.org",
        "MailTo:oriel@example.org?subject=Hello%20there",
        "Oriel Bookend <oriel@example.org>",
        "Oriel Bookend <mailto:oriel@example.org?subject=Hello>",
        '"oriel"@example.org',
    ],
)
def test_what_stands_around_an_address_is_left_away(typed: str) -> None:
    assert plain(typed) == "oriel@example.org"


def test_a_domain_in_other_letters_is_written_as_name_servers_know_it_and_no_address_stays_none() -> None:
    assert plain("oriel@Bücher.example") == "oriel@xn--bcher-kva.example"
    assert takes(plain("oriel@Bücher.example"))
    assert plain("mailto:oriel") == "oriel"
    assert not takes("oriel")
