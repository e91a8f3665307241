"""The outbox: calls become deliveries in the transaction of the decision. It writes rows and sends nothing."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, case, func, select, update

from notifications.codes import Holder, close_codes, give_codes, shown
from notifications.message import WRITTEN_TO_FILE, Call, Priority
from notifications.states import GONE_OUT, State
from notifications.tables import kind_of_delivery, message_table
from store.kinds import Kind
from store.upserts import insert

__all__ = [
    "DeliveryView",
    "add",
    "answered",
    "close_codes",
    "deliveries",
    "delivery",
    "reachable_by",
    "to_the_public",
    "view_of",
    "withdraw",
]

NO_CHANNEL = ""
"""The channel of the one failed row of a person who cannot be reached at all."""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as it stands."""

    id: str
    response: str
    plan_digest: str
    assignment: str
    step: str
    epoch: int
    person: str
    channel: str
    address: str
    name: str
    language: str
    template: str
    parameters: Mapping[str, str]
    priority: Priority
    answerable: bool
    code: int | None
    at: datetime
    expires: datetime
    state: State
    attempts: int
    look_ups: int
    next_at: datetime | None
    claimed_by: str
    provider_id: str
    provider_code: str
    detail: str
    in_doubt: bool
    queued_at: datetime
    sending_at: datetime | None
    accepted_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    provider: str = ""
    """Who of several gateways took it, or may have it."""

    @property
    def kind(self) -> Kind:
        return Kind.of(self.response)

    @property
    def shown_code(self) -> str:
        return shown(self.code)

    @property
    def is_only_written(self) -> bool:
        """No gateway is set up: it was accepted by no provider and left this machine for nobody."""
        return self.provider_code == WRITTEN_TO_FILE


def add(connection: Connection, calls: Sequence[Call], now: datetime) -> None:
    """Queue a delivery for each channel on which the person has an address.

    Repeating the same call adds nothing. A person without any usable address gets one row that says `failed` and why.
    """
    codes = give_codes(connection, [Holder.of(call) for call in calls if call.answerable])
    for kind in Kind:
        rows = [row for call in calls if call.kind is kind for row in _rows(call, codes.get(Holder.of(call)), now)]
        if rows:
            # DO NOTHING forgives only a repeated key; OR IGNORE would also swallow a broken CHECK
            connection.execute(insert(connection, message_table(kind)).on_conflict_do_nothing(), rows)


def reachable_by(call: Call) -> tuple[str, ...]:
    """The channels of a call on which the person has an address."""
    return tuple(channel for channel in dict.fromkeys(call.channels) if call.recipient.addresses.get(channel))


def withdraw(
    connection: Connection,
    response: str,
    now: datetime,
    assignment: str | None = None,
    person: str | None = None,
    steps: Collection[str] | None = None,
) -> None:
    """Take back what has not been claimed for sending; what may be on its way is left alone."""
    table = message_table(Kind.of(response))
    conditions = [table.c.response == response]
    if assignment is not None:
        conditions.append(table.c.assignment == assignment)
    if person is not None:
        conditions.append(table.c.person == person)
    if steps is not None:
        conditions.append(table.c.step.in_(list(steps)))
    _withdraw(connection, table, conditions, now)


def answered(connection: Connection, response: str, assignment: str, person: str, now: datetime) -> None:
    """The person has answered: the calls they may have in hand are settled, those that have not gone out are withdrawn.

    Notices that ask for no answer go their own way.
    """
    table = message_table(Kind.of(response))
    conditions = [
        table.c.response == response,
        table.c.assignment == assignment,
        table.c.person == person,
        table.c.answerable,
    ]
    in_hand = update(table).where(*conditions, table.c.state.in_(GONE_OUT))
    # what is being sent may never arrive; whoever sends it says so, unless it is dead
    doubt = case((table.c.state == State.SENDING, True), else_=table.c.in_doubt)
    connection.execute(in_hand.values(state=State.ANSWERED, answered_at=now, next_at=None, in_doubt=doubt))
    _withdraw(connection, table, conditions, now)


def deliveries(connection: Connection, response: str) -> tuple[DeliveryView, ...]:
    """The deliveries of a response in the order they were decided; those to the public are counted, see `to_the_public`."""
    table = message_table(Kind.of(response))
    mine = (table.c.response == response, table.c.priority < int(Priority.MASS))
    statement = select(table).where(*mine).order_by(table.c.queued_at, table.c.priority, table.c.id)
    return tuple(view_of(row) for row in connection.execute(statement).mappings())


def to_the_public(connection: Connection, response: str) -> Mapping[str, Mapping[State, int]]:
    """How many messages to the public of each step are in which state."""
    table = message_table(Kind.of(response))
    mine = (table.c.response == response, table.c.priority == int(Priority.MASS))
    counts = select(table.c.step, table.c.state, func.count()).where(*mine).group_by(table.c.step, table.c.state)
    found: dict[str, dict[State, int]] = {}
    for step, state, count in connection.execute(counts):
        found.setdefault(step, {})[State(state)] = count
    return found


def delivery(connection: Connection, identifier: str) -> DeliveryView | None:
    table = message_table(kind_of_delivery(identifier))
    row = connection.execute(select(table).where(table.c.id == identifier)).mappings().one_or_none()
    return None if row is None else view_of(row)


def view_of(row: RowMapping) -> DeliveryView:
    values = {name: row[name] for name in _FIELDS}
    changed = {"state": State(row["state"]), "priority": Priority(row["priority"])}
    named = {name: row[name] or "" for name in ("provider", "provider_id")}
    return DeliveryView(**(values | changed | named))


def delivery_id(call: Call, channel: str) -> str:
    """The same decision replayed names the same delivery."""
    key = (call.response, call.assignment, call.step, str(call.epoch), call.recipient.person, channel)
    digest = hashlib.sha256("\x1f".join(key).encode()).hexdigest()
    return f"{'d' if call.kind is Kind.DRILL else 'r'}-{digest[:20]}"


def _withdraw(connection: Connection, table: Table, conditions: Sequence[ColumnElement[bool]], now: datetime) -> None:
    queued = update(table).where(*conditions, table.c.state == State.QUEUED)
    connection.execute(queued.values(state=State.WITHDRAWN, ended_at=now, next_at=None))


def _rows(call: Call, code: int | None, now: datetime) -> Iterator[dict[str, Any]]:
    channels = reachable_by(call)
    for channel in channels:
        yield _row(call, channel, code, now) | {"address": call.recipient.addresses[channel], "next_at": call.at}
    if not channels:
        yield _row(call, NO_CHANNEL, code, now) | {
            "state": State.FAILED,
            "detail": _nowhere(call),
            "provider_code": "no-address",
            "ended_at": now,
        }


def _row(call: Call, channel: str, code: int | None, now: datetime) -> dict[str, Any]:
    return {
        "id": delivery_id(call, channel),
        "response": call.response,
        "plan_digest": call.plan_digest,
        "assignment": call.assignment,
        "step": call.step,
        "epoch": call.epoch,
        "person": call.recipient.person,
        "channel": channel,
        "address": "",
        "name": call.recipient.name,
        "language": call.recipient.language,
        "template": call.template,
        "parameters": dict(call.parameters),
        "priority": int(call.priority),
        "answerable": call.answerable,
        "code": code,
        "at": call.at,
        "expires": call.expires,
        "state": State.QUEUED,
        "attempts": 0,
        "look_ups": 0,
        "next_at": None,
        "claimed_by": "",
        "provider": None,
        "provider_id": None,
        "provider_code": "",
        "detail": "",
        "in_doubt": False,
        "queued_at": now,
        "ended_at": None,
    }


def _nowhere(call: Call) -> str:
    who, channels = f"{call.recipient.name} ({call.recipient.person})", ", ".join(call.channels) or "any channel"
    return f"{who} 没有可用的联系方式 / has no address for {channels}; 请在名册中补充 / add one to the directory"


_FIELDS = tuple(field.name for field in fields(DeliveryView))
