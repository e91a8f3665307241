"""What is due in the outbox, and who has taken it: a delivery is claimed, and the claim committed, before a byte is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select, update

from notifications.limits import AddressLimits
from notifications.message import Priority
from notifications.outbox import DeliveryView, view_of
from notifications.states import State
from notifications.tables import message_table
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
    """What there is to do for the holder of `token`; it settles its own claims itself, however late."""
    lanes: list[Lane] = []
    expired = abandoned = doubts = False
    for kind in Kind:
        table = message_table(kind)
        due = (
            select(table.c.state, table.c.priority, table.c.channel, func.min(table.c.expires).label("expires"))
            .where(table.c.next_at <= now, (table.c.state != State.SENDING) | (table.c.claimed_by != token))
            .group_by(table.c.state, table.c.priority, table.c.channel)
        )
        for row in connection.execute(due).mappings():
            queued = row["state"] == State.QUEUED
            expired |= queued and row["expires"] <= now
            abandoned |= row["state"] == State.SENDING
            doubts |= row["state"] == State.UNKNOWN
            if queued:
                lanes.append(Lane(Priority(row["priority"]), kind, row["channel"]))
    return Agenda(tuple(sorted(lanes)), expired, abandoned, doubts, _next_moment(connection, now))


def claim_queued(connection: Connection, claim: Claim, lane: Lane, room: int, limits: AddressLimits) -> tuple[DeliveryView, ...]:
    """Take up to `room` due deliveries of a lane; those whose person has had enough for now are put off."""
    table = message_table(lane.kind)
    due = (
        select(table)
        .where(
            table.c.next_at <= claim.now,
            table.c.state == State.QUEUED,
            table.c.priority == int(lane.priority),
            table.c.channel == lane.channel,
        )
        .order_by(table.c.next_at, table.c.at, table.c.id)
        .limit(room)
    )
    taken: list[str] = []
    for view in [view_of(row) for row in connection.execute(due).mappings()]:
        free_at = limits.free_at(view.channel, view.address, claim.now)
        if free_at > claim.now and view.priority is not Priority.FLASH:
            _put_off(connection, view, min(free_at, view.expires))
        else:
            limits.record(view.channel, view.address, claim.now)
            taken.append(view.id)
    return _take(connection, lane.kind, taken, claim)


def expire(connection: Connection, now: datetime) -> tuple[DeliveryView, ...]:
    """What is too late to be of use is not sent any more."""
    gone: list[DeliveryView] = []
    for kind in Kind:
        table = message_table(kind)
        statement = (
            update(table)
            .where(table.c.next_at <= now, table.c.state == State.QUEUED, table.c.expires <= now)
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
            .where(table.c.next_at <= now, table.c.state == State.SENDING, table.c.claimed_by != token)
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
            .where(table.c.next_at <= claim.now, table.c.state == State.UNKNOWN)
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
            update(table)
            .where(table.c.next_at > now, table.c.state.in_((State.SENDING, State.UNKNOWN)), table.c.claimed_by != token)
            .values(next_at=now)
        )


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


def _put_off(connection: Connection, view: DeliveryView, until: datetime) -> None:
    table = message_table(view.kind)
    connection.execute(update(table).where(table.c.id == view.id).values(next_at=until))


def _next_moment(connection: Connection, now: datetime) -> datetime | None:
    tables = [message_table(kind) for kind in Kind]
    moments = [connection.execute(select(func.min(t.c.next_at)).where(t.c.next_at > now)).scalar_one() for t in tables]
    return min((moment for moment in moments if moment is not None), default=None)
