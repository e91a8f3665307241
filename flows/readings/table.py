"""The rows of readings and of how far each trigger is. Deciding is done elsewhere."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Table, and_, func, select
from sqlmodel import Field, SQLModel

from flows.deciding.facts import FORECAST
from flows.readings.model import Known, Reading, Seen, Watch, WatchState
from store.types import Json, Moment
from store.upserts import insert


class ReadingRow(SQLModel, table=True):
    """One reading; the same station, fact and time come once, and a corrected value replaces the first."""

    __tablename__ = "reading"
    __table_args__ = (Index("reading_newest", "plan", "fact", "forecast", "observed_at"),)

    plan: str = Field(primary_key=True)
    station: str = Field(primary_key=True)
    fact: str = Field(primary_key=True)
    forecast: bool = Field(primary_key=True)
    observed_at: datetime = Field(primary_key=True, sa_type=Moment)
    value: Any = Field(sa_type=Json)
    received_at: datetime = Field(sa_type=Moment)
    source: str


class ReadingWatch(SQLModel, table=True):
    """How far a trigger over readings is."""

    __tablename__ = "reading_watch"

    plan: str = Field(primary_key=True)
    trigger: str = Field(primary_key=True)
    state: str
    since: datetime | None = Field(default=None, sa_type=Moment)
    seen: datetime | None = Field(default=None, sa_type=Moment)
    conditions: str


readings: Table = ReadingRow.__table__  # type: ignore[attr-defined]
reading_watches: Table = ReadingWatch.__table__  # type: ignore[attr-defined]
_KEY = ("plan", "station", "fact", "forecast", "observed_at")
_AT_ONCE = 400
"""Rows of one statement: SQLite bounds its variables."""


def known_before(connection: Connection, plan: str, batch: Collection[Reading]) -> dict[tuple[str, str, datetime], object]:
    """Of these readings, the values already stored, by station, name and time."""
    moments = sorted({reading.observed_at for reading in batch})
    found: dict[tuple[str, str, datetime], object] = {}
    for start in range(0, len(moments), _AT_ONCE):
        some = readings.c.observed_at.in_(moments[start : start + _AT_ONCE])
        for row in connection.execute(select(readings).where(readings.c.plan == plan, some)):
            found[row.station, row.fact + FORECAST if row.forecast else row.fact, row.observed_at] = row.value
    return found


def store(connection: Connection, batch: Collection[Reading], source: str, now: datetime) -> None:
    """The last value given for a station, fact and time stays."""
    if not batch:
        return
    statement = insert(connection, readings)
    given = {name: statement.excluded[name] for name in ("value", "received_at", "source")}
    rows = [
        {
            "plan": each.plan,
            "station": each.station,
            "fact": each.fact,
            "forecast": each.forecast,
            "observed_at": each.observed_at,
            "value": each.value,
            "received_at": now,
            "source": source,
        }
        for each in batch
    ]
    connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=given), rows)


def latest(connection: Connection, plan: str) -> Known:
    """The newest value of each fact and forecast, whichever station gave it."""
    same = (readings.c.fact, readings.c.forecast)
    newest = select(*same, func.max(readings.c.observed_at).label("newest")).where(readings.c.plan == plan).group_by(*same)
    found = newest.subquery()
    matches = and_(
        readings.c.plan == plan,
        readings.c.fact == found.c.fact,
        readings.c.forecast == found.c.forecast,
        readings.c.observed_at == found.c.newest,
    )
    rows = connection.execute(select(readings).join(found, matches).order_by(readings.c.received_at, readings.c.station))
    return Known({_name(row): Seen(_typed(row.value), row.observed_at, row.station) for row in rows})


def watches(connection: Connection, plan: str) -> dict[str, Watch]:
    rows = connection.execute(select(reading_watches).where(reading_watches.c.plan == plan))
    return {row.trigger: Watch(row.trigger, WatchState(row.state), row.since, row.seen, row.conditions) for row in rows}


def keep(connection: Connection, plan: str, moved: Iterable[Watch]) -> None:
    rows = [
        {
            "plan": plan,
            "trigger": each.trigger,
            "state": each.state.value,
            "since": each.since,
            "seen": each.seen,
            "conditions": each.conditions,
        }
        for each in moved
    ]
    if rows:
        statement = insert(connection, reading_watches)
        given: Mapping[str, Any] = {name: statement.excluded[name] for name in ("state", "since", "seen", "conditions")}
        connection.execute(statement.on_conflict_do_update(index_elements=("plan", "trigger"), set_=given), rows)


def _name(row: Any) -> str:
    return str(row.fact) + FORECAST if row.forecast else str(row.fact)


def _typed(value: Any) -> float | bool | str:
    """JSON writes 2600.0 as it is, but a database of another make may give 2600."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
