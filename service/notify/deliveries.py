"""Deliveries of every response as they stand, newest first: by person, response, state or age; phones masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from flows.errors import UnknownNameError
from notifications.masking import masked, without_number
from notifications.outbox import DeliveryView, view_of
from notifications.states import State
from notifications.tables import message_table
from service.plain import Json
from service.wiring import Home
from store.kinds import Kind

MOST = 500
MOMENTS = ("queued", "sending", "accepted", "sent", "delivered", "read", "answered", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Empty: any."""

    response: str = ""
    person: str = ""
    state: str = ""
    since: timedelta | None = None
    most: int = MOST


def deliveries_view(home: Home, wanted: Wanted) -> list[Json]:
    """Error: `UnknownNameError`, for a state that is none."""
    known = tuple(state.value for state in State)
    if wanted.state and wanted.state not in known:
        raise UnknownNameError("state", wanted.state, known)
    views = sorted((each for kind in Kind for each in _found(home, kind, wanted)), key=lambda each: each.queued_at, reverse=True)
    return [delivery_row(each) for each in views[: wanted.most]]


def _found(home: Home, kind: Kind, wanted: Wanted) -> Iterator[DeliveryView]:
    table = message_table(kind)
    statement = select(table).order_by(table.c.queued_at.desc()).limit(wanted.most)
    for name in ("response", "person", "state"):
        if given := getattr(wanted, name):
            statement = statement.where(table.c[name] == given)
    if wanted.since is not None:
        statement = statement.where(table.c.queued_at >= home.clock.now() - wanted.since)
    with home.database.read() as connection:
        yield from [view_of(row) for row in connection.execute(statement).mappings()]


def delivery_row(view: DeliveryView) -> Json:
    return {
        "id": view.id,
        "response": view.response,
        "kind": view.kind.value,
        "assignment": view.assignment,
        "step": view.step,
        "person": view.person,
        "name": view.name,
        "channel": view.channel,
        "address": masked(view.address) if view.address else "",
        "state": view.state.value,
        "in_doubt": view.in_doubt or view.state is State.UNKNOWN,
        "only_written": view.is_only_written,
        "attempts": view.attempts,
        "gateway": view.provider,
        "provider_id": view.provider_id,
        "provider_code": view.provider_code,
        "detail": said(view),
        "at": {name: at.isoformat() for name in MOMENTS if (at := _moment(view, name))},
        "next_at": view.next_at.isoformat() if view.next_at else None,
    }


def said(view: DeliveryView) -> str:
    """What the provider said, without the number that it may quote."""
    return without_number(view.detail, view.address)


def _moment(view: DeliveryView, name: str) -> datetime | None:
    found: datetime | None = getattr(view, f"{name}_at")
    return found
