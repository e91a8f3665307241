"""What is due in the outbox, and who has taken it: a delivery is claimed, and the claim committed, before a byte is sent."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, TextClause, and_, case, func, select, update

from notifications.limits import AddressLimits
from notifications.message import Priority
from notifications.outbox import DeliveryView, view_of
from notifications.states import State
from notifications.tables import is_held, is_queued, message_table
from store.kinds import Kind


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """Messages of one lane never wait for those of another."""

    priority: Priority
    kind: Kind
    channel: str

    @staticmethod
    def of(view: DeliveryView) -> "Lane":
        return Lane(view.priority, view.kind, view.channel)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What there is to do now, and when to look again if nobody commits before."""

    lanes: tuple[Lane, ...]
    has_expired: bool
    has_abandoned: bool
    has_doubts: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose claim, and until when nobody else may take what it holds."""

    token: str
    now: datetime
    until: datetime


def agenda(connection: Connection, token: str, now: datetime) -> Agenda:
    """What there is to do for the holder of `token`; it settles its own claims itself, however late.

    Each question is answered from an index, so that it costs the same with a million messages waiting.
    """
    due: list[Lane] = []
    later: list[datetime] = []
    expired = abandoned = doubts = False
    for kind in Kind:
        table = message_table(kind)
        for lane, first in _lanes(connection, kind):
            if first <= now:
                due.append(lane)
            else:
                later.append(first)
        expired |= _any(connection, table, is_queued(table), table.c.expires <= now)
        held = (is_held(table), table.c.next_at <= now)
        abandoned |= _any(connection, table, *held, table.c.state == State.SENDING, table.c.claimed_by != token)
        doubts |= _any(connection, table, *held, table.c.state == State.UNKNOWN)
        ends = select(func.min(table.c.next_at)).where(is_held(table), table.c.next_at > now)
        later += [moment for moment in connection.execute(ends).scalars() if moment is not None]
    return Agenda(tuple(sorted(due)), expired, abandoned, doubts, min(later, default=None))


def claim_queued(connection: Connection, claim: Claim, lane: Lane, room: int, limits: AddressLimits) -> tuple[DeliveryView, ...]:
    """Take up to `room` due deliveries of a lane; those whose person has had enough for now are put off."""
    table = message_table(lane.kind)
    due = (
        select(table.c.id, table.c.address, table.c.expires)
        .where(_in_lane(table, lane), table.c.next_at <= claim.now)
        .order_by(table.c.next_at, table.c.at, table.c.id)
        .limit(room)
    )
    taken: list[str] = []
    for identifier, address, expires in connection.execute(due).all():
        free_at = limits.free_at(lane.channel, address, claim.now)
        if free_at > claim.now and lane.priority is not Priority.FLASH:
            _put_off(connection, table, identifier, min(free_at, expires))
        else:
            limits.record(lane.channel, address, claim.now)
            taken.append(identifier)
    return _take(connection, lane.kind, taken, claim)


def expire(connection: Connection, now: datetime) -> tuple[DeliveryView, ...]:
    """What is too late to be of use is not sent any more."""
    gone: list[DeliveryView] = []
    for kind in Kind:
        table = message_table(kind)
        statement = (
            update(table)
            .where(is_queued(table), table.c.expires <= now)
            .values(state=State.EXPIRED, ended_at=now, next_at=None)
            .returning(*table.c)
        )
        gone.extend(view_of(row) for row in connection.execute(statement).mappings())
    return tuple(gone)


def take_over(connection: Connection, token: str, now: datetime, safe: Mapping[Kind, Collection[str]]) -> None:
    """Deliveries whose claim ran out: the process is dead or frozen, and may have sent them.

    They go out again only over channels where the provider drops a second copy (`safe`); the others are asked about.
    """
    for kind in Kind:
        table = message_table(kind)
        again = table.c.channel.in_(list(safe.get(kind, ())))
        connection.execute(
            update(table)
            .where(is_held(table), table.c.next_at <= now, table.c.state == State.SENDING, table.c.claimed_by != token)
            .values(
                state=case((again, State.QUEUED), else_=State.UNKNOWN),
                claimed_by="",
                next_at=now,
                in_doubt=True,
                look_ups=0,
                detail="the process that was sending it ended before the answer",
            )
        )


def claim_doubts(connection: Connection, claim: Claim, room: int) -> tuple[DeliveryView, ...]:
    """Take up to `room` deliveries that the provider is to be asked about."""
    views: list[DeliveryView] = []
    for kind in Kind:
        table = message_table(kind)
        due = (
            select(table.c.id)
            .where(is_held(table), table.c.next_at <= claim.now, table.c.state == State.UNKNOWN)
            .order_by(table.c.priority, table.c.next_at)
            .limit(room - len(views))
        )
        statement = (
            update(table).where(table.c.id.in_(due)).values(claimed_by=claim.token, next_at=claim.until).returning(*table.c)
        )
        views.extend(view_of(row) for row in connection.execute(statement).mappings())
    return tuple(views)


def give_up_claims_of_others(connection: Connection, token: str, now: datetime) -> None:
    """Only where no other process can be alive: whatever is being sent was left so by a dead one."""
    for kind in Kind:
        table = message_table(kind)
        connection.execute(
            update(table).where(is_held(table), table.c.next_at > now, table.c.claimed_by != token).values(next_at=now)
        )


def is_ahead(connection: Connection, now: datetime) -> bool:
    """Something waits that was queued at a time which is still to come: the clock has been set back since."""
    return any(_any(connection, table, *_waits_ahead(table, now)) for table in map(message_table, Kind))


def bring_back(connection: Connection, now: datetime) -> None:
    """What was due when it was queued is due now; it does not wait for that time to come again."""
    for table in map(message_table, Kind):
        connection.execute(update(table).where(*_waits_ahead(table, now)).values(next_at=now))


def sent_since(connection: Connection, since: datetime, channels: Collection[str]) -> Sequence[tuple[str, str, datetime]]:
    """(channel, address, when) of what went out, oldest first."""
    found: list[tuple[str, str, datetime]] = []
    for kind in Kind:
        table = message_table(kind)
        statement = select(table.c.channel, table.c.address, table.c.sending_at).where(
            table.c.sending_at > since, table.c.channel.in_(list(channels))
        )
        found.extend((row.channel, row.address, row.sending_at) for row in connection.execute(statement))
    return sorted(found, key=lambda entry: entry[2])


def _take(connection: Connection, kind: Kind, identifiers: Sequence[str], claim: Claim) -> tuple[DeliveryView, ...]:
    if not identifiers:
        return ()
    table = message_table(kind)
    statement = (
        update(table)
        .where(table.c.id.in_(identifiers))
        .values(
            state=State.SENDING,
            claimed_by=claim.token,
            sending_at=claim.now,
            next_at=claim.until,
            attempts=table.c.attempts + 1,
        )
        .returning(*table.c)
    )
    views = [view_of(row) for row in connection.execute(statement).mappings()]
    return tuple(sorted(views, key=lambda view: identifiers.index(view.id)))


def _put_off(connection: Connection, table: Table, identifier: str, until: datetime) -> None:
    connection.execute(update(table).where(table.c.id == identifier).values(next_at=until))


def _lanes(connection: Connection, kind: Kind) -> Iterator[tuple[Lane, datetime]]:
    """The lanes with messages, and when the first of each is due; there are few, however many messages wait in them."""
    table = message_table(kind)
    order = (table.c.priority, table.c.channel, table.c.next_at)
    step = select(*order).where(is_queued(table)).order_by(*order).limit(1)
    found = connection.execute(step).one_or_none()
    while found:
        yield Lane(Priority(found.priority), kind, found.channel), found.next_at
        # two questions: SQLite would walk through the whole lane to answer one about both columns
        beside = step.where(table.c.priority == found.priority, table.c.channel > found.channel)
        below = step.where(table.c.priority > found.priority)
        found = connection.execute(beside).one_or_none() or connection.execute(below).one_or_none()


def _waits_ahead(table: Table, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return is_queued(table), table.c.next_at > now, table.c.queued_at > now, table.c.at <= table.c.queued_at


def _any(connection: Connection, table: Table, *conditions: ColumnElement[bool] | TextClause) -> bool:
    return connection.execute(select(table.c.id).where(*conditions).limit(1)).first() is not None


def _in_lane(table: Table, lane: Lane) -> ColumnElement[bool]:
    return and_(is_queued(table), table.c.priority == int(lane.priority), table.c.channel == lane.channel)
