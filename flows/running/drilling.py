"""Drills beside the real thing: a real activation ends at once every drill that needs the same people, and says so."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from flows.errors import WrongStateError
from flows.model.commands import EndDrill, RecordEndedDrills
from flows.model.events import ENGINE, DrillsEnded
from flows.model.reasons import people_needed
from flows.model.state import Status
from flows.running import journal
from flows.running.engine import Engine, Turn
from flows.running.precedence import people_of
from flows.running.tables import BOOKS
from store.kinds import Kind

LEFT_TO_ITS_DOOR = timedelta(seconds=5)


def end_drills_in_the_way(engine: Engine, opened: Turn) -> Turn:
    """The opening, with the record of the drills that are ended because somebody called by it takes part in them.

    It is written down before they end: what a crash leaves in between is found open, and ended, by `end_drills_left`.
    """
    if opened.state.kind is not Kind.REAL or opened.state.status is Status.CLOSED:
        return opened
    called = people_of(opened.state)
    in_the_way = tuple(drill for drill in open_drills(engine) if called & people_of(engine.head(drill).state))
    if not in_the_way:
        return opened
    events = opened.events
    if unsaid := set(in_the_way) - _said_to_end(engine, opened.response):
        drills = tuple(drill for drill in in_the_way if drill in unsaid)
        opened = engine.submit(opened.response, RecordEndedDrills(by=ENGINE, drills=drills))
    for drill in in_the_way:
        # somebody else may have ended it since we looked
        with suppress(WrongStateError):
            engine.submit(drill, EndDrill(by=ENGINE, reason=people_needed(opened.response)))
    return replace(opened, events=(*events, *opened.events))


def end_drills_left(engine: Engine) -> None:
    """Ends what a real response needs the people of, and whoever opened that one did not come to end."""
    if not open_drills(engine):
        return
    heads = BOOKS[Kind.REAL].heads
    left = select(heads.c.id).where(
        heads.c.status != Status.CLOSED.value, heads.c.opened_at <= engine.clock.after(-LEFT_TO_ITS_DOOR)
    )
    with engine.database.read() as connection:
        responses = connection.execute(left).scalars().all()
    for response in responses:
        head = engine.head(response)
        end_drills_in_the_way(engine, Turn(response, (), head.state, head.version))


def open_drills(engine: Engine) -> tuple[str, ...]:
    heads = BOOKS[Kind.DRILL].heads
    with engine.database.read() as connection:
        return tuple(connection.execute(select(heads.c.id).where(heads.c.status != Status.CLOSED.value)).scalars())


def _said_to_end(engine: Engine, response: str) -> set[str]:
    with engine.database.read() as connection:
        told = [entry.event for entry in journal.entries(connection, response)]
    return {drill for event in told if isinstance(event, DrillsEnded) for drill in event.drills}
