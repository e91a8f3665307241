"""From what a channel reported to the delivery's next state: decided purely, then written for many deliveries at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, Update, bindparam, case, func, or_, select, update

from notifications.message import Outcome, Priority, Result
from notifications.outbox import DeliveryView, view_of
from notifications.states import State
from notifications.tables import message_table
from store.kinds import Kind
from store.types import Moment

LOOK_UPS = (timedelta(seconds=5), timedelta(seconds=15))
"""When the provider is asked about a delivery in doubt, counted from the send."""
_FIRST_RETRY = timedelta(seconds=1)
_LONGEST_RETRY = {Priority.FLASH: timedelta(seconds=15), Priority.LIFE_SAFETY: timedelta(seconds=30)}
_LONGEST_RETRY_OF_OTHERS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a delivery becomes. `by` is the claim it was made under: a lost claim may only bring good news."""

    delivery: str
    kind: Kind
    by: str
    state: State
    at: datetime
    next_at: datetime | None
    look_ups: int
    in_doubt: bool
    outcome: Outcome


def after_send(view: DeliveryView, outcome: Outcome, now: datetime, *, resend_is_safe: bool) -> Settlement:
    match outcome.result:
        case Result.ACCEPTED:
            return _settlement(view, State.ACCEPTED, outcome, now, in_doubt=view.in_doubt)
        case Result.FAILED_FOR_GOOD:
            return _settlement(view, State.FAILED, outcome, now, in_doubt=view.in_doubt)
        case Result.FAILED_FOR_NOW | Result.PROVIDER_DOWN:
            return _settlement(view, State.QUEUED, outcome, now, in_doubt=view.in_doubt, next_at=retry_at(view, now))
        case Result.UNKNOWN if resend_is_safe:
            return _settlement(view, State.QUEUED, outcome, now, in_doubt=True, next_at=retry_at(view, now))
        case Result.UNKNOWN:
            return _settlement(view, State.UNKNOWN, outcome, now, in_doubt=True, next_at=_ask_at(view, 0, now))


def after_look_up(view: DeliveryView, outcome: Outcome | None, now: datetime) -> Settlement:
    """The doubt ends when the provider knows; otherwise it is asked again, and then left standing."""
    asked = view.look_ups + 1
    match outcome:
        case Outcome(result=Result.ACCEPTED):
            return _settlement(view, State.ACCEPTED, outcome, now, in_doubt=False, look_ups=asked)
        case Outcome(result=Result.FAILED_FOR_GOOD):
            return _settlement(view, State.FAILED, outcome, now, in_doubt=False, look_ups=asked)
        case Outcome(result=Result.FAILED_FOR_NOW):
            return _settlement(view, State.QUEUED, outcome, now, in_doubt=False, look_ups=0, next_at=retry_at(view, now))
        case _:
            still = outcome or Outcome(Result.UNKNOWN, view.provider_id, view.provider_code, "the provider cannot say")
            return _settlement(view, State.UNKNOWN, still, now, in_doubt=True, look_ups=asked, next_at=_ask_at(view, asked, now))


def retry_at(view: DeliveryView, now: datetime) -> datetime:
    """Twice as long after each attempt, up to a cap by priority; never past the moment it expires."""
    longest = _LONGEST_RETRY.get(view.priority, _LONGEST_RETRY_OF_OTHERS)
    pause = min(_FIRST_RETRY * 2 ** min(view.attempts - 1, 16), longest)
    retry: datetime = min(now + pause, view.expires)
    return max(retry, now)


def apply(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Write them all, many of one sort in one statement."""
    sorts: dict[tuple[Kind, State], list[dict[str, Any]]] = {}
    for settlement in settlements:
        sorts.setdefault((settlement.kind, settlement.state), []).append(_parameters(settlement))
    for (kind, state), rows in sorts.items():
        connection.execute(_statement(message_table(kind), state), rows)


def standing(connection: Connection, settlements: Sequence[Settlement]) -> Mapping[str, DeliveryView]:
    """The deliveries as they are now, by identifier."""
    views: dict[str, DeliveryView] = {}
    for kind in {settlement.kind for settlement in settlements}:
        table = message_table(kind)
        named = [settlement.delivery for settlement in settlements if settlement.kind is kind]
        rows = connection.execute(select(table).where(table.c.id.in_(named))).mappings()
        views |= {row["id"]: view_of(row) for row in rows}
    return views


def _statement(table: Table, state: State) -> Update:
    facts: dict[str, Any] = {
        "provider_code": bindparam("b_code"),
        "detail": bindparam("b_detail"),
        "in_doubt": bindparam("b_doubt"),
        "look_ups": bindparam("b_look_ups"),
        "provider": func.coalesce(bindparam("b_provider", type_=String), table.c.provider),
        "provider_id": func.coalesce(bindparam("b_provider_id", type_=String), table.c.provider_id),
    }
    this = update(table).where(table.c.id == bindparam("b_delivery"))
    if state is State.ACCEPTED:
        # good news counts from whoever brings it, and after a receipt that was faster
        moved = case((_is_one_of(table, State.ACCEPTED.behind), State.ACCEPTED), else_=table.c.state)
        return this.values(
            facts
            | {
                "state": moved,
                "accepted_at": func.coalesce(table.c.accepted_at, bindparam("b_at", type_=Moment)),
                "next_at": None,
            }
        )
    held = this.where(table.c.claimed_by == bindparam("b_by"), _is_one_of(table, (State.SENDING, State.UNKNOWN)))
    ended: dict[str, Any] = {"ended_at": bindparam("b_at", type_=Moment)} if state is State.FAILED else {}
    return held.values(facts | ended | {"state": state, "next_at": bindparam("b_next_at", type_=Moment)})


def _is_one_of(table: Table, states: Sequence[State]) -> ColumnElement[bool]:
    # IN with a list cannot be executed for many rows at once
    return or_(*(table.c.state == state for state in states))


def _parameters(settlement: Settlement) -> dict[str, Any]:
    outcome = settlement.outcome
    return {
        "b_delivery": settlement.delivery,
        "b_by": settlement.by,
        "b_at": settlement.at,
        "b_next_at": settlement.next_at,
        "b_code": outcome.code,
        "b_detail": outcome.detail,
        "b_provider": outcome.provider or None,
        "b_provider_id": outcome.provider_id or None,
        "b_doubt": settlement.in_doubt,
        "b_look_ups": settlement.look_ups,
    }


def _settlement(
    view: DeliveryView,
    state: State,
    outcome: Outcome,
    now: datetime,
    *,
    in_doubt: bool,
    look_ups: int = 0,
    next_at: datetime | None = None,
) -> Settlement:
    return Settlement(view.id, view.kind, view.claimed_by, state, now, next_at, look_ups, in_doubt, outcome)


def _ask_at(view: DeliveryView, asked: int, now: datetime) -> datetime | None:
    if asked >= len(LOOK_UPS):
        return None
    return max((view.sending_at or now) + LOOK_UPS[asked], now)
