"""Journals of every shipped plan, written once and never again, are read by today's program and lead to what they led to then.

A field that came later, with its default, changes nothing; one that is gone, or that is read otherwise, shows here.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from flows.model.commands import AddNote
from flows.model.state import ResponseState, Status, state_adapter
from flows.running import exporting, journal, rebuilding, snapshots
from flows.running.engine import Engine
from flows.running.tables import BOOKS, PLAN_VERSIONS
from flows.testing.night import OnePlan, small_duty, small_plan
from plans.catalog import known
from store.clock import MovableClock
from store.database import Database
from store.kinds import Kind
from tests.golden.writing import FOLDER, START

FILES = sorted(FOLDER.glob("*.jsonl.gz"))
BOOK = BOOKS[Kind.REAL]


class Golden:
    def __init__(self, file: Path) -> None:
        first, *self.entries, last = gzip.decompress(file.read_bytes()).splitlines()
        self.plan: dict[str, str] = json.loads(first)
        self.led_to: dict[str, Any] = json.loads(last)
        self.response = str(self.led_to["names"][0]["response"])

    def put_into(self, database: Database, *, half: bool = False) -> ResponseState:
        """The entries as they are; what is kept beside them is made from them. `half`: as the response stood in its midst."""
        rows = [self._row(json.loads(line)) for line in self.entries[: len(self.entries) // 2 if half else None]]
        with database.write() as connection:
            stored = {"digest": self.plan["digest"], "name": self.plan["name"], "canonical": self.plan["plan"].encode()}
            connection.execute(insert(PLAN_VERSIONS).values(**stored, stored_at=START))
            connection.execute(insert(BOOK.names), self.led_to["names"])
            connection.execute(insert(BOOK.entries), rows)
            history = [entry.event for entry in journal.entries(connection, self.response)]
            state = journal.folded(self.response, history)
            head = {"id": self.response, "key": "k", "asked": "", "version": len(rows), "hash": rows[-1]["hash"]}
            head |= {"incident": state.incident, "place": state.place, "opened_at": state.opened_at}
            connection.execute(insert(BOOK.heads).values(**head, **journal.columns(state)))
            snapshots.write(connection, self.response, state, len(rows))
            rebuilding.rebuild(connection, self.response)
        return state

    def _row(self, line: dict[str, Any]) -> dict[str, Any]:
        event = json.loads(line["body"])
        of_event = {"kind": event["kind"], "by": event["by"], "via": event["via"], "at": datetime.fromisoformat(event["at"])}
        return {**line, **of_event, "recorded_at": datetime.fromisoformat(line["recorded_at"]), "response": self.response}


@pytest.fixture(params=FILES, ids=lambda file: file.name.removesuffix(".jsonl.gz"))
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(request.param)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "tocsin.db")
    yield database
    database.close()


def test_every_shipped_plan_has_a_golden_journal() -> None:
    assert set(known()) == {file.name.rpartition("-")[0] for file in FILES}


def test_its_chain_holds(golden: Golden) -> None:
    walked = exporting.walk(golden.response, golden.entries)

    assert walked.entries == len(golden.entries)


def test_it_leads_to_what_it_led_to_then(golden: Golden, database: Database) -> None:
    state = golden.put_into(database)

    assert list(missing(golden.led_to["state"], json.loads(state_adapter.dump_json(state)))) == []
    with database.read() as connection:
        assert journal.verify(connection, golden.response) == len(golden.entries)
        for name, table in (("assignments", BOOK.assignments), ("clocks", BOOK.clocks)):
            rows = connection.execute(table.select().order_by(*table.primary_key)).mappings()
            found = json.loads(json.dumps([dict(row) for row in rows], default=datetime.isoformat))
            assert list(missing(golden.led_to[name], found)) == []


def test_its_state_of_then_is_read(golden: Golden, database: Database) -> None:
    state = golden.put_into(database)

    assert state_adapter.validate_python(golden.led_to["state"], strict=False) == state


def test_its_response_goes_on_from_its_midst(golden: Golden, database: Database) -> None:
    state = golden.put_into(database, half=True)
    clock = MovableClock(START + timedelta(days=1))
    engine = Engine(database, OnePlan(small_plan()), small_duty, clock, ZoneInfo("Asia/Shanghai"))

    fired = engine.tick(golden.response).events
    engine.submit(golden.response, AddNote(by="zhao", text="读过"))

    head = engine.head(golden.response)
    assert state.status is Status.OPEN
    assert fired
    assert engine.plan_of(head).name == golden.plan["name"]
    with database.read() as connection:
        assert journal.verify(connection, golden.response) == len(golden.entries) // 2 + 1 + len(fired)


def missing(wanted: Any, found: Any, place: str = "") -> Iterator[str]:
    """What was there and is not there now, or is another; what has come beside it is no fault."""
    match wanted, found:
        case dict(), dict():
            for name, value in wanted.items():
                if name in found:
                    yield from missing(value, found[name], f"{place}/{name}")
                else:
                    yield f"{place}/{name} is gone"
        case list(), list() if len(wanted) == len(found):
            for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
                yield from missing(one, other, f"{place}/{number}")
        case _ if wanted != found:
            yield f"{place}: {wanted} has become {found}"
