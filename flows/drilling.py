"""Drills beside the real thing: a real activation ends at once every drill that needs the same people."""

from sqlalchemy import select

from flows.commands import Close, StandDown
from flows.engine import Engine, Turn
from flows.events import ENGINE, StepFired
from flows.state import ResponseState, Status
from flows.tables import BOOKS
from store.kinds import Kind


def end_drills_in_the_way(engine: Engine, opened: Turn) -> tuple[str, ...]:
    """The drills that were ended, because somebody called by `opened` takes part in them."""
    called = {told.person for event in opened.events if isinstance(event, StepFired) for told in event.told}
    if opened.state.kind is not Kind.REAL or not called:
        return ()
    in_the_way = tuple(drill for drill in open_drills(engine) if called & people_of(engine.head(drill).state))
    reason = (
        f"真实响应 {opened.response} 需要同一批人员，演练立即停止 / the real response {opened.response} needs the same people"
    )
    for drill in in_the_way:
        engine.submit(drill, StandDown(by=ENGINE, reason=reason))
        engine.submit(drill, Close(by=ENGINE, reason=reason))
    return in_the_way


def open_drills(engine: Engine) -> tuple[str, ...]:
    heads = BOOKS[Kind.DRILL].heads
    with engine.database.read() as connection:
        return tuple(connection.execute(select(heads.c.id).where(heads.c.status != Status.CLOSED.value)).scalars())


def people_of(state: ResponseState) -> set[str]:
    """Everybody who has been given or told of a task."""
    return {person for each in state.assignments.values() for person in (*each.assignees, *each.told)}
