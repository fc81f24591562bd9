"""How often one address may send, whatever others do."""

from __future__ import annotations

from counterpart.intake.relay.limits import MOST, SIZE, Limits


def test_however_many_others_send_whoever_sent_too_much_still_waits() -> None:
    limits = Limits(b"s" * 32)
    assert [limits.wait("192.0.2.1", 1_000.0) for _ in range(SIZE + 1)] == [None] * SIZE + [6]
    for number in range(MOST + 10):
        assert limits.wait(f"10.1.{number // 256}.{number % 256}", 1_000.0) is None
    assert limits.wait("192.0.2.1", 1_000.0) == 6
    assert limits.wait("192.0.2.1", 1_006.0) is None
