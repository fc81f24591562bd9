"""The ledger: what one sender may do, by what everybody sees and by what it noted itself."""

from __future__ import annotations

import pytest

from counterpart.core.ledger import Line, State, first_batch, ledger_from, plan, settled, text_of, with_lines

A, B, C, D = (f"introduction/7GQ2MK4XH{letter}/1" for letter in "ABCD")
NOW = "2027-03-01T08:00:00Z"


def line(
    key: str = A, state: State = State.CLAIMED, sender: str = "me", batch: str = "b1", code: int | None = None
) -> Line:
    return Line(key=key, group="g", state=state, by="c-1", sender=sender, batch=batch, at=NOW, code=code)


def test_what_nobody_claimed_is_free_and_what_may_be_tried_again_too() -> None:
    ledger = {each.key: each for each in (line(B, State.LATER), line(C, State.AGAIN))}
    assert plan(ledger, {}, [(A, "g"), (B, "g"), (C, "h")], "me", NOW).claim == ((A, "g"), (B, "g"), (C, "h"))


def test_what_i_claimed_and_did_not_begin_is_mine_to_send() -> None:
    found = plan({A: line()}, {}, [(A, "g")], "me", NOW)
    assert (found.ready, found.claim, found.record) == ((A,), (), ())


def test_what_another_claimed_is_left_alone() -> None:
    found = plan({A: line(sender="other")}, {(A, "b1"): ("sending", None)}, [(A, "g")], "me", NOW)
    assert found.elsewhere == (line(sender="other"),)
    assert not (found.ready or found.claim or found.record or found.waiting)


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (("sending", None), State.UNKNOWN),
        (("sent", None), State.SENT),
        (("refused", 550), State.REFUSED),
        (("later", 450), State.LATER),
    ],
)
def test_what_my_journal_says_is_told(event: tuple[str, int | None], state: State) -> None:
    found = plan({A: line()}, {(A, "b1"): event}, [(A, "g")], "me", NOW)
    assert found.record == (line(state=state, code=event[1]),)
    assert found.ready == ()
    assert (A, "g") in found.claim if state is State.LATER else found.claim == ()


def test_a_journal_of_an_earlier_claim_says_nothing_of_this_one() -> None:
    assert plan({A: line(batch="b2")}, {(A, "b1"): ("later", 450)}, [(A, "g")], "me", NOW).ready == (A,)


def test_results_are_told_of_mails_that_are_not_due_any_more() -> None:
    assert plan({A: line()}, {(A, "b1"): ("sent", None)}, [], "me", NOW).record == (line(state=State.SENT),)


def test_what_was_not_begun_is_given_back_at_the_end() -> None:
    assert plan({A: line()}, {}, [], "me", NOW, release=True).record == (line(state=State.LATER),)


@pytest.mark.parametrize("state", [State.SENT, State.REFUSED, State.BOUNCED])
def test_what_is_done_is_done(state: State) -> None:
    found = plan({A: line(state=state)}, {}, [(A, "g")], "me", NOW)
    assert found.done == (line(state=state),)
    assert not (found.claim or found.ready)


def test_what_is_unknown_waits_for_a_coordinator() -> None:
    unknown = line(state=State.UNKNOWN)
    assert plan({A: unknown}, {}, [(A, "g")], "me", NOW).waiting == (unknown,)
    assert settled(unknown, left=True, by="c-2", now=NOW).state is State.SENT
    again = settled(unknown, left=False, by="c-2", now=NOW)
    assert plan({A: again}, {}, [(A, "g")], "me", NOW).claim == ((A, "g"),)


def test_a_batch_holds_whole_groups() -> None:
    claim = [(A, "1"), (B, "1"), (C, "2"), (D, "2")]
    assert first_batch(claim, 1) == ((A, "1"), (B, "1"))
    assert first_batch(claim, 3) == tuple(claim)
    assert first_batch([], 3) == ()


def test_it_comes_back_from_its_text_and_refuses_any_other() -> None:
    ledger = with_lines({}, [line(B), line(A, State.REFUSED, code=550)])
    text = text_of(ledger)
    assert text.splitlines()[0] == (
        '{"mail":"introduction/7GQ2MK4XHA/1","group":"g","state":"refused","by":"c-1","sender":"me","batch":"b1",'
        '"at":"2027-03-01T08:00:00Z","code":550}'
    )
    assert ledger_from(text) == ledger
    for bad in (
        text + text,
        text.replace("refused", "lost"),
        text.replace('"code":550', '"code":true'),
        text.replace('"code":550', '"to":"a@b.org"'),
        text.replace('"by":"c-1"', '"by":"ada@example.org"'),
        "{}\n",
        "[]\n",
    ):
        with pytest.raises((ValueError, KeyError)):
            ledger_from(bad)
