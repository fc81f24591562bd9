"""The ledger: what one sender may do, by what everybody sees and by what it noted itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterpart.rounds.mail_log import (
    Line,
    Plan,
    State,
    first_batch,
    forgets,
    joined,
    ledger_from,
    plan,
    settled,
    text_of,
    with_lines,
)

A, B, C, D = (f"introduction/7GQ2MK4XH{letter}/1" for letter in "ABCD")
NOW = "2027-03-01T08:00:00Z"


def line(
    key: str = A,
    state: State = State.CLAIMED,
    sender: str = "me",
    batch: str = "b1",
    code: int | None = None,
    again: tuple[str, ...] = (),
) -> Line:
    return Line(
        key=key, group="g", state=state, by="c-1", sender=sender, batch=batch, at=NOW, code=code, again=again
    )


def test_what_nobody_claimed_is_free_and_what_may_be_tried_again_too_after_all_others() -> None:
    ledger = {each.key: each for each in (line(B, State.LATER, code=450), line(C, State.AGAIN))}
    assert plan(ledger, {}, [(A, "g"), (B, "g"), (C, "h")], "me", NOW).claim == ((C, "h"), (A, "g"), (B, "g"))


def test_a_refusal_that_was_found_to_mean_the_sender_is_free_again() -> None:
    refused = line(A, State.REFUSED, code=554)
    taken_back = {(A, "b1"): ("later", 554)}
    found = plan({A: refused}, taken_back, [(A, "g")], "me", NOW)
    assert found == Plan(record=(line(A, State.LATER, code=554),), claim=((A, "g"),))
    assert plan({A: refused}, taken_back, [(A, "g")], "other", NOW) == Plan(), "that is the sender's to say"
    assert plan({A: refused}, {(A, "b0"): ("later", 450)}, [(A, "g")], "me", NOW) == Plan()


def test_what_i_claimed_and_did_not_begin_is_mine_to_send() -> None:
    found = plan({A: line()}, {}, [(A, "g")], "me", NOW)
    assert (found.ready, found.claim, found.record) == ((A,), (), ())


def test_what_another_claimed_is_left_alone() -> None:
    found = plan({A: line(sender="other")}, {(A, "b1"): ("sending", None)}, [(A, "g")], "me", NOW)
    assert found == Plan()


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
    assert found == Plan()


def test_what_is_unknown_waits_for_a_coordinator() -> None:
    unknown = line(state=State.UNKNOWN)
    assert plan({A: unknown}, {}, [(A, "g")], "me", NOW) == Plan()
    assert settled(unknown, State.SENT, by="c-2", now=NOW).state is State.SENT
    again = settled(unknown, State.AGAIN, by="c-2", now=NOW)
    assert plan({A: again}, {}, [(A, "g")], "me", NOW).claim == ((A, "g"),)


@pytest.mark.parametrize(
    "there",
    [
        None,
        line(state=State.LATER, batch="b0"),
        line(state=State.LATER),
        line(state=State.AGAIN, again=("b1",)),
        line(state=State.UNKNOWN),
        line(sender="other", batch="b2"),
        line(batch="b2"),
    ],
)
def test_what_my_journal_calls_sent_counts_for_ever_whatever_the_ledger_says(there: Line | None) -> None:
    ledger = {} if there is None else {A: there}
    found = plan(ledger, {(A, "b1"): ("sent", None)}, [(A, "g")], "me", NOW, by="c-1")
    assert found == Plan(record=(line(state=State.SENT, again=there.again if there else ()),))


@pytest.mark.parametrize(
    "there",
    [
        None,
        line(state=State.LATER, batch="b0"),
        line(state=State.LATER),
        line(state=State.AGAIN, sender="other", batch="b0", again=("b0",)),
        line(batch="b2"),
    ],
)
def test_what_i_began_and_the_ledger_knows_nothing_of_is_asked_about(there: Line | None) -> None:
    ledger = {} if there is None else {A: there}
    found = plan(ledger, {(A, "b1"): ("sending", None)}, [(A, "g")], "me", NOW, by="c-1")
    assert found == Plan(record=(line(state=State.UNKNOWN, again=there.again if there else ()),))


def test_a_coordinators_word_on_what_i_began_holds_after_others_tried_as_well() -> None:
    answered = settled(line(state=State.UNKNOWN), State.AGAIN, by="c-2", now=NOW)
    assert answered.again == ("b1",)
    later = line(state=State.LATER, sender="other", batch="b2", again=answered.again)
    journal = {(A, "b1"): ("sending", None)}
    for there in (answered, later):
        found = plan({A: there}, journal, [(A, "g")], "me", NOW)
        assert (found.claim, found.record) == (((A, "g"),), ())
    mine = line(batch="b3", again=answered.again)
    assert plan({A: mine}, journal, [(A, "g")], "me", NOW).ready == (A,)


def test_one_word_of_a_coordinator_answers_all_that_was_begun_before_it() -> None:
    journal = {(A, "b1"): ("sending", None), (A, "b2"): ("sending", None)}
    [asked] = plan({}, journal, [(A, "g")], "me", NOW).record
    assert (asked.state, asked.batch, asked.again) == (State.UNKNOWN, "b2", ("b1",))
    answered = settled(asked, State.AGAIN, by="c-2", now=NOW)
    assert plan({A: answered}, journal, [(A, "g")], "me", NOW).claim == ((A, "g"),)


def test_what_is_not_due_and_not_in_the_ledger_is_left_alone() -> None:
    assert plan({}, {(A, "b1"): ("sent", None)}, [], "me", NOW).record == ()


def test_a_ledger_forgets_when_a_mail_is_missing_or_would_be_sent_anew() -> None:
    sent = {A: line(state=State.SENT)}
    assert forgets({}, sent)
    assert forgets({A: line(state=State.LATER)}, sent)
    assert not forgets({A: line(state=State.BOUNCED)}, sent)
    assert not forgets({A: line(state=State.LATER)}, {A: line()})


def test_of_two_ledgers_that_parted_no_mail_is_free_that_left_by_one_of_them() -> None:
    one = {A: line(state=State.SENT), B: line(B), C: line(C, State.UNKNOWN)}
    two = {
        A: line(state=State.LATER),
        B: line(B, State.LATER),
        C: settled(one[C], State.AGAIN, by="c-1", now=NOW),
        D: line(D, State.REFUSED),
    }
    for both in (joined([one, two]), joined([two, one])):
        assert both == {A: one[A], B: one[B], C: two[C], D: two[D]}


def test_a_batch_holds_whole_groups() -> None:
    claim = [(A, "1"), (B, "1"), (C, "2"), (D, "2")]
    assert first_batch(claim, 1) == ((A, "1"), (B, "1"))
    assert first_batch(claim, 3) == tuple(claim)
    assert first_batch([], 3) == ()


def test_it_comes_back_from_its_text_and_refuses_any_other() -> None:
    ledger = with_lines({}, [line(B), line(A, State.REFUSED, code=550)])
    kept = with_lines(ledger, [line(C, State.AGAIN, again=("b0", "b1"))])
    assert ledger_from(text_of(kept)) == kept
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
        text.replace('"code":550', '"again":["ada@example.org"]'),
        text.replace('"code":550', '"again":"b0"'),
        "{}\n",
        "[]\n",
    ):
        with pytest.raises((ValueError, KeyError)):
            ledger_from(bad)


def test_what_came_back_may_go_once_more_and_no_log_or_journal_of_before_undoes_that() -> None:
    before = line(A, State.BOUNCED)
    again = settled(before, State.AGAIN, by="c-2", now=NOW)
    assert (again.state, again.again, again.returned) == (State.AGAIN, (), ("b1",))
    assert ledger_from(text_of({A: again})) == {A: again}
    journal = {(A, "b1"): ("sent", None)}
    assert plan({A: again}, journal, [(A, "g")], "me", NOW) == Plan(claim=((A, "g"),))
    assert not forgets({A: again}, {A: before})
    assert not forgets({A: again}, {A: line(A, State.SENT)})
    assert forgets({A: again}, {A: line(A, State.SENT, batch="b0")})
    for one, other in ((again, before), (before, again)):
        assert joined([{A: one}, {A: other}]) == {A: again}
    once_more = replace(again, state=State.SENT, batch="b2")
    assert joined([{A: before}, {A: once_more}]) == {A: once_more}
    assert plan({A: once_more}, {**journal, (A, "b2"): ("sent", None)}, [(A, "g")], "me", NOW) == Plan()
