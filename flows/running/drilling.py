"""Drills beside the real thing: a real activation ends at once every drill that needs the same people, and says so."""

from dataclasses import replace

from sqlalchemy import select

from flows.model.commands import EndDrill, RecordEndedDrills
from flows.model.events import ENGINE
from flows.model.reasons import people_needed
from flows.model.state import Status
from flows.running.engine import Engine, Turn
from flows.running.precedence import people_of
from flows.running.tables import BOOKS
from store.kinds import Kind


def end_drills_in_the_way(engine: Engine, opened: Turn) -> Turn:
    """The opening, with the record of the drills that were ended because somebody called by it takes part in them.

    Asking again with the same key ends what a crash has left.
    """
    if opened.state.kind is not Kind.REAL or opened.state.status is Status.CLOSED:
        return opened
    called = people_of(opened.state)
    in_the_way = tuple(drill for drill in open_drills(engine) if called & people_of(engine.head(drill).state))
    if not in_the_way:
        return opened
    for drill in in_the_way:
        engine.submit(drill, EndDrill(by=ENGINE, reason=people_needed(opened.response)))
    told = engine.submit(opened.response, RecordEndedDrills(by=ENGINE, drills=in_the_way))
    return replace(told, events=(*opened.events, *told.events))


def open_drills(engine: Engine) -> tuple[str, ...]:
    heads = BOOKS[Kind.DRILL].heads
    with engine.database.read() as connection:
        return tuple(connection.execute(select(heads.c.id).where(heads.c.status != Status.CLOSED.value)).scalars())
