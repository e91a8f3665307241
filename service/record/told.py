"""The journal of a response as sentences: what happened, for a person to read, in Chinese and English."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from flows.model.events import Event
from flows.running import journal
from flows.running import names as kept_names
from flows.running.engine import Engine
from plans.model import Text
from service.record.sentences import Teller


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """`at` is when it happened, `recorded_at` when it was written down."""

    number: int
    at: datetime
    recorded_at: datetime
    words: Text


def told_entries(engine: Engine, response: str, zone: tzinfo, after: int = 0) -> list[ToldEntry]:
    """People are called as the record has them, or as the directory does now. Error: `UnknownNameError`."""
    head = engine.head(response)
    with engine.database.read() as connection:
        entries = list(journal.entries(connection, response))
        has_erased = kept_names.known(connection, response).has_erased
    names = ({} if has_erased else engine.names_now()) | names_in(each.event for each in entries)
    teller = Teller(engine.plan_of(head), head.state, zone, lambda person: names.get(person, person))
    return [
        ToldEntry(each.number, each.event.at, each.recorded_at, teller.tell(each.event))
        for each in entries
        if each.number > after
    ]


def names_in(history: Iterable[Event | None]) -> dict[str, str]:
    """People's names as the record itself holds them: a directory changes, a record does not."""
    names: dict[str, str] = {}
    for event in history:
        names |= {told.person: told.name for told in getattr(event, "told", ())} | getattr(event, "names", {})
    return names
