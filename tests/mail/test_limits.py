"""What a server says about the sender ends the run and harms nobody; about one person, it stops nobody else."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from counterpart.files.repository import Repository
from counterpart.findings import UsageError
from counterpart.mail.allowance import Allowance, Limit, file_of
from counterpart.mail.deliver import Delivered, deliver
from counterpart.mail.smtp import Pause, Post
from counterpart.rounds.mail_log import State
from counterpart.rounds.send_journal import folder
from tests.desk import id_of
from tests.mail.test_deliver import Office, office
from tests.mail.test_introduce import REPORT, Round, round
from tests.sender import outgoing, send

__all__ = ["office", "round"]

DAILY = "550 5.4.5 Daily user sending limit exceeded"
NO_REASON = "554 5.7.1 Message rejected"


def run(office: Office, number: int, copy: int = 0, size: int = 5) -> Delivered:
    return send(office.copies[copy], office.settings, f"c-{copy + 1}", number, size)


def counts(done: Delivered) -> dict[State, int]:
    return {state: len(lines) for state, lines in done.states.items()}


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_daily_limit_ends_the_run_and_the_next_day_everybody_else_gets_theirs(office: Office, step: str) -> None:
    office.mailbox.room, office.mailbox.full = 7, f"{DAILY} {step}"
    done = run(office, 20)
    assert (done.sent, done.left) == (7, 13)
    assert done.pause == Pause(wait=timedelta(days=1), reply="550 5.4.5")
    assert State.REFUSED not in done.states and State.UNKNOWN not in done.states
    assert len(office.mailbox.recipients) <= 8, "nothing more is asked of a server that has said so"
    office.mailbox.room = None
    other = run(office, 20, copy=1)
    assert (other.sent, other.left, other.pause) == (13, 0, None)
    office.everybody_once(20)


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("answer", [NO_REASON, "450 4.7.1 Greylisted", "554 No"])
def test_the_same_answer_for_three_in_a_row_means_the_sender(office: Office, answer: str, size: int) -> None:
    office.mailbox.room, office.mailbox.full = 4, f"{answer} rcpt"
    done = run(office, 12, size=size)
    assert (done.sent, done.left) == (4, 8)
    assert done.pause is not None and (done.pause.people, done.pause.wait) == (3, timedelta(hours=1))
    assert done.pause.reply in answer
    assert State.REFUSED not in done.states
    office.mailbox.room = None
    assert run(office, 12).left == 0
    office.everybody_once(12)


def test_three_people_whom_a_server_never_takes_keep_nobody_from_their_mail_for_ever(office: Office) -> None:
    office.mailbox.closed = {f"canary-{n}@example.org": NO_REASON for n in (0, 1, 2)}
    first = run(office, 12)
    assert first.pause is not None and first.sent == 0
    second = run(office, 12)
    assert second.sent == 9
    assert {address for address, _ in office.mailbox.mails} == {f"canary-{n}@example.org" for n in range(3, 12)}
    assert (second.left, counts(second)) == (0, {State.REFUSED: 3, State.SENT: 9}), (
        "now it is certain that they are meant"
    )


def test_dead_addresses_in_a_row_stop_nobody(office: Office) -> None:
    office.mailbox.closed = {f"canary-{n}@example.org": "550 5.1.1 No such user here" for n in range(6)}
    done = run(office, 12)
    assert done.pause is None
    assert (done.sent, done.left, counts(done)) == (6, 0, {State.REFUSED: 6, State.SENT: 6})


def test_after_three_mails_of_which_nobody_knows_no_more_are_sent(office: Office) -> None:
    office.mailbox.faults = ["drop after"] * 3
    done = run(office, 12)
    assert done.pause is not None and done.pause.people == 3
    assert (done.sent, counts(done)[State.UNKNOWN], done.left) == (0, 3, 9)
    assert office.settle() == 3
    assert run(office, 12).left == 0
    office.everybody_once(12)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("252 it may have been taken", State.SENT),
        ("200 queued", State.SENT),
        ("OK queued as 123", State.UNKNOWN),
        ("354 go on", State.UNKNOWN),
        ("999 what", State.UNKNOWN),
        ("451 4.3.0 try again", State.LATER),
        ("552 5.3.4 Message size exceeds the limit", State.REFUSED),
    ],
)
def test_only_a_yes_is_a_yes_and_only_a_no_is_a_no(office: Office, answer: str, state: State) -> None:
    office.mailbox.faults = [f"{answer} after"] * (3 if state is State.LATER else 1)
    done = run(office, 2)
    assert counts(done) == ({State.SENT: 2} if state is State.SENT else {State.SENT: 1, state: 1})
    assert Counter(office.mailbox.ids().values()) == ({1: 1, 3: 1} if state is State.LATER else {1: 2})


def test_a_server_that_answers_nonsense_before_the_mail_was_given_is_asked_again(office: Office) -> None:
    office.mailbox.faults = ["what is this? rcpt", "3 2 1 mail"]
    assert run(office, 2).sent == 2
    office.everybody_once(2)


NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


class Day:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def allowance(path: Path, day: Day, **rates: float) -> Allowance:
    hours = {"per_hour": 1, "per_day": 24}
    return Allowance(path, tuple(Limit.of(name, rate, hours[name]) for name, rate in rates.items()), day)


def test_an_hour_and_a_day_hold_what_the_settings_allow_over_all_runs(tmp_path: Path) -> None:
    day, path = Day(), tmp_path / "mail" / "account.sent"
    sent = []
    for _ in range(400):  # a run a quarter of an hour, each by a program of its own
        one = allowance(path, day, per_hour=3, per_day=20)
        while one.spent() is None:
            one.use()
            sent.append(day.now)
        day.now += timedelta(minutes=15)
    for hours, most in ((1, 3), (24, 20)):
        assert max(sum(then <= each < then + timedelta(hours=hours) for each in sent) for then in sent) == most


@pytest.mark.parametrize(("rate", "mails", "minutes"), [(2.5, 3, 72), (0.5, 1, 120), (60, 60, 60)])
def test_a_rate_may_be_a_fraction(tmp_path: Path, rate: float, mails: int, minutes: int) -> None:
    day = Day()
    one = allowance(tmp_path / "account.sent", day, per_hour=rate)
    for _ in range(mails):
        assert one.spent() is None
        one.use()
    limit, wait = one.spent() or (None, timedelta())
    assert limit is not None and limit.name == "per_hour"
    assert wait == timedelta(minutes=minutes)
    day.now += wait
    assert one.spent() is None


def test_two_programs_that_use_one_account_see_each_other_and_a_cut_off_line_is_none(tmp_path: Path) -> None:
    day, path = Day(), tmp_path / "account.sent"
    one, other = (allowance(path, day, per_hour=2) for _ in range(2))
    one.use()
    other.use()
    assert one.spent() is not None and other.spent() is not None
    path.write_bytes(path.read_bytes() + b"\n17")
    assert allowance(path, day, per_hour=3).spent() is None


def test_the_account_is_not_named_by_the_file_that_counts_its_mails(tmp_path: Path) -> None:
    path = file_of(tmp_path, "smtp.example.org", "mentoring@example.org")
    assert path.parent == tmp_path / "mail"
    assert "example" not in path.name
    assert path != file_of(tmp_path, "smtp.example.org", "other@example.org")


def test_the_limit_of_the_settings_ends_a_run_before_the_server_is_asked(office: Office) -> None:

    def go(copy: int) -> Delivered:
        limits = (Limit.of("per_day", 5, 24),)
        post = Post(
            office.settings,
            time.monotonic,
            lambda _: None,
            5,
            Allowance(file_of(folder(), "127.0.0.1", "me"), limits, lambda: datetime.now(UTC)),
        )
        return deliver(
            Repository(office.copies[copy]), "2027-1", outgoing(12, office.settings), post,
            by="c-1", now=lambda: datetime.now(UTC), sleep=lambda _: None, report=lambda _: None,
        )  # fmt: skip

    done = go(0)
    assert (done.sent, done.left) == (5, 7)
    assert done.pause is not None and done.pause.limit == "per_day"
    assert timedelta(hours=23, minutes=59) < done.pause.wait < timedelta(days=1, seconds=1)
    assert go(1).sent == 0, "the account is the same, whichever copy of the repository it is"
    assert len(office.mailbox.recipients) == 5


def test_a_mail_that_cannot_be_counted_has_not_left(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "account.sent"
    file.symlink_to(tmp_path / "a disk that is gone" / "account.sent")
    counted = Allowance(file, (Limit.of("per_day", 5, 24),), lambda: datetime.now(UTC))
    post = Post(office.settings, time.monotonic, lambda _: None, 5, counted)
    with pytest.raises(UsageError, match="What was sent cannot be counted"):
        deliver(
            Repository(office.copies[0]), "2027-1", outgoing(2, office.settings), post,
            by="c-1", now=lambda: datetime.now(UTC), sleep=lambda _: None, report=lambda _: None,
        )  # fmt: skip
    assert office.mailbox.mails == []
    assert set(office.states().values()) == {State.LATER}
    assert run(office, 2).sent == 2
    office.everybody_once(2)


@pytest.fixture
def slept(round: Round, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long commands slept; each time that is long, three more mails find room."""
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if seconds > 60 and round.mailbox.room is not None:
            round.mailbox.room += 3

    monkeypatch.setattr("counterpart.cli.mail.time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    return naps


NIGHT = ("--pretend-now", "2027-03-01T23:30:00Z")


def test_when_the_day_is_full_the_command_says_so_and_the_next_day_the_others_get_theirs(
    round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    round.mailbox.room, round.mailbox.full = 2, f"{DAILY} data"
    code, out, err = round.run("introduce", "2027-1", "--key", "demo", "--as", "coordinator-1", *NIGHT)
    assert (code, err) == (1, "")
    assert out.partition("\n\n")[2] == (
        "Sent 2 mails now; 2 of 6 that are due have gone.\n"
        "\n"
        "Due\n"
        "  6 people hear who the partner is\n"
        "\n"
        "Next\n"
        "  4 mails were not sent yet. The mail server takes no more mails from your account for\n"
        "  now (its answer: 550 5.4.5). Run the same command again after 23:30 on Tuesday; with\n"
        "  --until-done it waits by itself.\n"
    )
    round.mailbox.room = None
    assert round.introduce(*NIGHT)[0] == 0
    assert set(round.mailbox.ids().values()) == {1}
    assert len(round.mailbox.ids()) == 6


def test_told_to_wait_it_goes_on_by_itself_until_all_have_gone(round: Round, slept: list[float]) -> None:
    round.mailbox.room, round.mailbox.full = 2, "450 4.7.1 Mail sending limit reached: 2 per hour data"
    code, said = round.introduce("--until-done")
    assert code == 0, said
    assert (
        said.count("The mail server takes no more mails from your account for now (its answer: 450 4.7.1).") == 2
    )
    assert [each for each in slept if each > 60] == [3600.0, 3600.0]
    assert len(round.mailbox.ids()) == 6


def test_told_to_wait_for_a_server_that_takes_nothing_it_gives_up_after_a_while(
    round: Round, slept: list[float]
) -> None:
    round.mailbox.closed = {f"canary-{n}@example.org": "450 4.7.1 Mail sending limit reached" for n in range(6)}
    code, said = round.introduce("--until-done")
    assert (code, round.mailbox.mails) == (1, [])
    assert [each for each in slept if each > 60] == [3600.0] * 4
    assert "6 mails were not sent yet." in said


def test_the_limits_of_the_settings_hold_for_the_command(round: Round, slept: list[float]) -> None:
    path = round.folder / "mail.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "per_minute: 0.5\nper_day: 4\n", encoding="utf-8")
    code, said = round.introduce()
    assert code == 1
    assert "Sent 4 mails now; 4 of 6 that are due have gone." in said
    assert "2 mails were not sent yet. The settings of mail allow no more for now (`per_day`)." in said
    assert [each > 100 for each in slept] == [True] * 3, "two minutes between two mails"


def test_a_refused_mail_and_one_that_came_back_may_go_again_when_a_coordinator_says_so(round: Round) -> None:
    round.mailbox.faults = ["550 5.1.1 No such user here rcpt"]
    assert round.introduce()[0] == 1
    [refused] = {f"canary-{n}@example.org" for n in range(6)} - {address for address, _ in round.mailbox.mails}
    first, other = (f"introduction/{id_of(int(n))}/1" for n in (refused[7], str((int(refused[7]) + 1) % 6)))
    report = round.folder / "back.eml"
    report.write_text(
        REPORT.format(action="failed").replace("introduction.P000000000.1", other.replace("/", ".")),
        encoding="utf-8",
    )
    assert round.run("ledger", "2027-1", "--bounces", report, "--as", "coordinator-1")[0] == 0
    for key in (first, other):
        code, out, _ = round.run("ledger", "2027-1", "--settle", key, "again", "--as", "coordinator-1")
        assert (code, out.splitlines()[0]) == (0, f"Noted: {key} may be sent again.")
    code, said = round.introduce()
    assert code == 0, said
    assert "Sent 2 mails now; 6 of 6 that are due have gone." in said
    assert sorted(round.mailbox.ids().values()) == [1, 1, 1, 1, 1, 2]
    assert round.introduce()[1].count("Sent 0 mails now") == 1
    code, _, err = round.run("ledger", "2027-1", "--settle", first, "again", "--as", "coordinator-1")
    assert (code, err) == (
        2, f"counterpart: There is no doubt about a mail '{first}' in the ledger, so there is nothing to settle.\n"
    )  # fmt: skip
