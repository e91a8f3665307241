"""Which responses belong together: by a link of the one that proposed the other, by one alert, by one incident at one time.

Nothing is stored for it: a response keeps the proposal that it was opened from, and that stands on alerts or on
`link:RESPONSE/LINK`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from flows.proposals.model import ProposalState
from flows.proposals.table import proposal_messages, proposals
from flows.running.tables import BOOKS
from store.kinds import Kind

_LINK = "link:"


@dataclass(frozen=True, slots=True)
class Parent:
    """The response whose link proposed it."""

    response: str
    link: str


@dataclass(frozen=True, slots=True)
class Kin:
    """One response of a family, as its head has it."""

    id: str
    incident: str
    opened_at: datetime
    closed_at: datetime | None

    def is_beside(self, other: "Kin") -> bool:
        """The floods of two years may have one name."""
        begins_before = self.closed_at is None or other.opened_at <= self.closed_at
        return begins_before and (other.closed_at is None or self.opened_at <= other.closed_at)


def link_key(response: str, link: str) -> str:
    """What the proposal of a link stands on, where an alert's has the keys of its messages."""
    return f"{_LINK}{response}/{link}"


def parent_in(keys: Iterable[str]) -> Parent | None:
    """From the keys that a proposal stands on."""
    for key in keys:
        if key.startswith(_LINK):
            response, _, link = key.removeprefix(_LINK).partition("/")
            return Parent(response, link)
    return None


def parents(connection: Connection, responses: Collection[str]) -> dict[str, Parent]:
    """Of those that have one."""
    wanted = (
        select(proposals.c.response, proposal_messages.c.message)
        .join(proposal_messages, proposal_messages.c.proposal == proposals.c.id)
        .where(proposals.c.response.in_(list(responses)), proposal_messages.c.message.startswith(_LINK))
    )
    rows = connection.execute(wanted)
    return {response: parent for response, key in rows if (parent := parent_in((key,)))}


def opened_from_links(connection: Connection) -> dict[str, Parent]:
    """Every response that was opened from a link of another."""
    wanted = (
        select(proposals.c.response, proposal_messages.c.message)
        .join(proposal_messages, proposal_messages.c.proposal == proposals.c.id)
        .where(proposal_messages.c.message.startswith(_LINK), proposals.c.state == ProposalState.ACCEPTED)
    )
    return {response: parent for response, key in connection.execute(wanted) if (parent := parent_in((key,)))}


def family(connection: Connection, responses: Collection[str]) -> tuple[str, ...]:
    """These and all that belong to them, directly or through others, the oldest first. They are of one kind, and so is it."""
    kind = Kind.of(next(iter(responses), ""))
    known: dict[str, Kin] = {}
    unseen = set(responses)
    while unseen:
        new = _kin(connection, kind, unseen)
        known |= new
        unseen = {*_by_proposals(connection, new), *_by_incident(connection, kind, new.values())} - known.keys()
    return tuple(sorted(known, key=lambda name: (known[name].opened_at, name)))


def named(connection: Connection, incident: str) -> tuple[str, ...]:
    """The responses to an incident of this name: those that are not closed, else the last; real ones before drills."""
    for book in BOOKS.values():
        heads = book.heads
        wanted = select(heads.c.id, heads.c.closed_at).where(heads.c.incident == incident).order_by(heads.c.opened_at.desc())
        rows = connection.execute(wanted).all()
        if rows:
            return tuple(row.id for row in rows if row.closed_at is None) or (rows[0].id,)
    return ()


def incidents(connection: Connection) -> tuple[str, ...]:
    """Names of those that somebody still responds to."""
    tables = [book.heads for book in BOOKS.values()]
    return tuple(
        name
        for heads in tables
        for name in connection.execute(select(heads.c.incident).where(heads.c.status != "closed").distinct()).scalars()
    )


def _kin(connection: Connection, kind: Kind, responses: Collection[str]) -> dict[str, Kin]:
    heads = BOOKS[kind].heads
    wanted = select(heads.c.id, heads.c.incident, heads.c.opened_at, heads.c.closed_at).where(heads.c.id.in_(list(responses)))
    return {row.id: Kin(*row) for row in connection.execute(wanted)}


def _by_proposals(connection: Connection, responses: Collection[str]) -> set[str]:
    """Parents, children, and those that stand on the same alert."""
    of_these = select(proposals.c.id).where(proposals.c.response.in_(list(responses)))
    keys = set(connection.scalars(select(proposal_messages.c.message).where(proposal_messages.c.proposal.in_(of_these))))
    below = [proposal_messages.c.message.startswith(link_key(response, "")) for response in responses]
    related = (
        select(proposals.c.response)
        .join(proposal_messages, proposal_messages.c.proposal == proposals.c.id)
        .where(proposals.c.response != "", or_(proposal_messages.c.message.in_(list(keys)), *below))
    )
    above = {parent.response for key in keys if (parent := parent_in((key,)))}
    return {*above, *connection.scalars(related)}


def _by_incident(connection: Connection, kind: Kind, responses: Iterable[Kin]) -> set[str]:
    heads = BOOKS[kind].heads
    seen = [each for each in responses if each.incident.strip()]
    wanted = select(heads.c.id, heads.c.incident, heads.c.opened_at, heads.c.closed_at).where(
        heads.c.incident.in_({each.incident for each in seen})
    )
    rows = [Kin(*row) for row in connection.execute(wanted)]
    return {row.id for row in rows for each in seen if row.incident == each.incident and row.is_beside(each)}
