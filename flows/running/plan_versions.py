"""Checked plans by digest in the database: a running response keeps the plan it began with."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, union

from flows.deciding.moving import grown
from flows.errors import UnknownNameError
from flows.model.state import ResponseState
from flows.running.tables import BOOKS, PLAN_VERSIONS
from plans.model import Plan


def store(connection: Connection, plan: Plan, now: datetime) -> None:
    """Keeps this version, once."""
    known = connection.execute(select(PLAN_VERSIONS.c.digest).where(PLAN_VERSIONS.c.digest == plan.digest)).first()
    if known is None:
        row = {"digest": plan.digest, "name": plan.name, "canonical": plan.ordered_json, "stored_at": now}
        connection.execute(insert(PLAN_VERSIONS).values(**row))


def running(connection: Connection) -> dict[str, str]:
    """For each plan with a response that is not closed, the digest of the newest version that one runs under."""
    digests = union(*(select(book.heads.c.digest).where(book.heads.c.status != "closed") for book in BOOKS.values()))
    wanted = select(PLAN_VERSIONS.c.name, PLAN_VERSIONS.c.digest).where(PLAN_VERSIONS.c.digest.in_(digests))
    return {row.name: row.digest for row in connection.execute(wanted.order_by(PLAN_VERSIONS.c.stored_at))}


def load(connection: Connection, digest: str) -> Plan:
    """Error: `UnknownNameError`."""
    canonical = connection.execute(select(PLAN_VERSIONS.c.canonical).where(PLAN_VERSIONS.c.digest == digest)).scalar_one_or_none()
    if canonical is None:
        raise UnknownNameError("stored plan", digest, ())
    return Plan.from_json(canonical)


def of_state(connection: Connection, state: ResponseState) -> Plan:
    """The version that a response runs under, with what only its earlier ones had. Error: `UnknownNameError`."""
    versions = [load(connection, digest) for digest in (*state.earlier, state.digest)]
    plan = versions[0]
    for after in versions[1:]:
        plan = grown(after, plan)
    return plan


def beginning_with(connection: Connection, digest: str) -> Plan:
    """The one version whose digest begins so. Error: `UnknownNameError` when there is none, or more than one."""
    every = connection.execute(select(PLAN_VERSIONS.c.digest).order_by(PLAN_VERSIONS.c.stored_at.desc())).scalars().all()
    found = [each for each in every if digest and each.startswith(digest)]
    if len(found) != 1:
        raise UnknownNameError("stored plan with the digest", digest, [each[:12] for each in found or every])
    return load(connection, found[0])
