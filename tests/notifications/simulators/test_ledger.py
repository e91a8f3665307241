"""What the phones received outlives the simulator."""

from datetime import UTC, datetime
from pathlib import Path

from notifications.simulators.ledger import Ledger, Received

ONE = Received(
    "wechat", "zhang", "d-1", "巡堤", datetime(2026, 11, 24, 8, tzinfo=UTC), "m-1", "template_card", buttons=(("ack", "收到"),)
)


def test_a_ledger_that_is_opened_again_knows_what_was_received(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.jsonl").add(ONE)

    assert Ledger(tmp_path / "ledger.jsonl").all() == (ONE,)


def test_a_delivery_that_came_twice_counts_two(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.add(ONE)
    ledger.add(ONE)

    assert ledger.counts() == {"d-1": 2}


def test_a_line_cut_off_by_a_kill_is_dropped_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    Ledger(path).add(ONE)
    with path.open("a") as file:
        file.write('{"channel": "sms", "addr')

    Ledger(path).add(ONE)

    assert Ledger(path).all() == (ONE, ONE)
