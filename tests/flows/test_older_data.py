"""What an earlier version has written is read by this one, and its responses go on."""

import json
import sqlite3
from pathlib import Path

from flows.model.events import TaskOpened, events
from flows.model.state import state_adapter
from flows.testing.night import Night, minutes, only, opened, small_plan, task
from store import schema


def test_folder_of_the_version_before_is_brought_forward_and_its_response_goes_on(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.activate()
    night.complete("zhao", "verify.1")
    night.database.close()
    with sqlite3.connect(night.place) as before:
        for kind in ("real", "drill"):
            before.execute(f"ALTER TABLE {kind}_assignment DROP COLUMN finding")
            before.execute(f"ALTER TABLE {kind}_response ADD COLUMN snapshot BLOB")
            before.execute(f"UPDATE {kind}_response SET snapshot = (SELECT state FROM {kind}_snapshot WHERE response = id)")
            before.execute(f"DROP TABLE {kind}_snapshot")
            for index in ("queue", "late", "held"):
                before.execute(f"DROP INDEX {kind}_message_{index}")
            before.execute(f"DROP INDEX {kind}_message_carried")
            before.execute(f"ALTER TABLE {kind}_message DROP COLUMN provider")
            before.execute(f"CREATE INDEX {kind}_message_due ON {kind}_message (next_at)")
        for table in ("reading", "reading_watch", "real_name", "drill_name", schema.TABLE):
            before.execute(f"DROP TABLE IF EXISTS {table}")
        before.execute("PRAGMA user_version = 2")
    before.close()

    night.restart()

    assert [event.assignment for event in only(TaskOpened, night.forward(minutes(60)))] == ["patrol.2"]


def test_opening_without_the_fields_that_came_later_is_read(tmp_path: Path) -> None:
    night = Night(tmp_path)
    opened = only(TaskOpened, night.activate().events)[0]
    written = json.loads(events.dump_json(opened))
    for name in ("finding", "because", "again", "reason", "without"):
        del written[name]

    assert events.validate_json(json.dumps(written)) == opened


def test_snapshot_without_the_fields_that_came_later_is_read(tmp_path: Path) -> None:
    state = Night(tmp_path).activate().state
    written = json.loads(state_adapter.dump_json(state))
    for assignment in written["assignments"].values():
        for name in ("finding", "because", "reason", "serial", "since"):
            del assignment[name]
    for name in ("findings", "found_by_condition"):
        del written[name]

    assert state_adapter.validate_json(json.dumps(written)) == state


def test_plan_read_back_opens_its_tasks_in_the_order_of_the_file(tmp_path: Path) -> None:
    night = Night(
        tmp_path,
        small_plan(
            [task("verify", "duty_officer"), task("warn", "town", after=("verify",)), task("close", "patrol", after=("verify",))]
        ),
    )
    night.activate()

    night.restart()

    assert opened(night.complete("zhao", "verify.1").events) == ["warn.1", "close.1"]
