"""The short automatic answers to a reply: what it did, or how to answer so that it can be understood. Queued like any message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from notifications import outbox
from notifications.codes import OpenCode, shown
from notifications.message import Call, Priority, Recipient
from notifications.outbox import DeliveryView, view_of
from notifications.rendered import clean, is_chinese
from notifications.tables import message_table
from store.kinds import Kind

TEMPLATE = ASSIGNMENT = "answer"
"""The plan's message for it. It belongs to no task: the end of one takes back what is queued for it."""
_KEEPS = timedelta(minutes=30)
_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """At most 35 characters: no more goes into one variable of an approved SMS template."""

    zh: str
    en: str

    def spoken(self, language: str) -> str:
        return self.zh if is_chinese(language) else self.en


@dataclass(frozen=True, slots=True)
class SaidTo:
    """Where a reply came from; `step` names the one thing that is said back to it."""

    step: str
    channel: str
    address: str


NOTHING_OPEN = Sentence("没有等您回复的任务，已转值班员查看", "Nothing open for you; desk informed")


def plain(language: str) -> str:
    """The source of a template for plans that have none of this name."""
    colon = "：" if is_chinese(language) else ": "
    return "{{ reason }}{% if task %}" + colon + "{{ task }}{% endif %}"


def how_to_answer(codes: Sequence[OpenCode]) -> Sentence:
    code = shown(codes[0].code)
    return Sentence(
        f"未看懂，已转值班员。收到回“1 {code}”，不能到回“2 {code}”",
        f"Not understood. Yes 1 {code}, no 2 {code}",
    )


def of_one_kind(codes: Sequence[OpenCode]) -> Sequence[OpenCode]:
    """A message is real or a drill, never both: while something real waits, the drill is not spoken of."""
    real = [code for code in codes if Kind.of(code.response) is Kind.REAL]
    return real or codes


def queue(
    connection: Connection,
    to: SaidTo,
    about: Sequence[OpenCode],
    sentence: Sentence,
    now: datetime,
    *,
    listed: bool = True,
) -> str:
    """Puts the answer into the outbox, once; returns its words.

    `about` is of one kind and not empty; the first names the person. `listed`: their tasks are named.
    """
    calls = [_call_of(connection, code) for code in about[: _MOST_LISTED if listed else 1]]
    last, language = calls[0], calls[0].language
    words = sentence.spoken(language)
    tasks = _listed(about, calls, language) if listed else ""
    message = Call(
        response=last.response,
        plan_digest=last.plan_digest,
        assignment=ASSIGNMENT,
        step=to.step,
        epoch=1,
        recipient=Recipient(last.person, last.name, language, {to.channel: to.address}),
        channels=(to.channel,),
        template=TEMPLATE,
        parameters={**last.parameters, "task": tasks, "reason": words},
        priority=Priority.OPERATION,
        at=now,
        expires=now + _KEEPS,
        answerable=False,
    )
    outbox.add(connection, [message], now)
    return f"{words} {tasks}".strip()


def _listed(about: Sequence[OpenCode], calls: Sequence[DeliveryView], language: str) -> str:
    more = len(about) - len(calls)
    names = [f"{shown(code.code)} {name}" for code, name in zip(about, _told_apart(calls), strict=False)]
    if is_chinese(language):
        return "；".join(names) + (f"；另有 {more} 项" if more else "")
    return "; ".join(names) + (f"; {more} more" if more else "")


def _told_apart(calls: Sequence[DeliveryView]) -> list[str]:
    """By their tasks; where two responses ask for the same one, by their plans, or by where they are."""
    for name in ("task", "plan", "place"):
        known = [clean(call.parameters.get(name, "")) for call in calls]
        if all(known) and len(set(known)) == len(known):
            return known
    return [clean(call.parameters.get("task", "") or call.assignment) for call in calls]


def _call_of(connection: Connection, code: OpenCode) -> DeliveryView:
    """The newest call under a code: what it says, and in which language."""
    table = message_table(Kind.of(code.response))
    statement = (
        select(table)
        .where(table.c.response == code.response, table.c.assignment == code.assignment, table.c.person == code.person)
        .order_by(table.c.queued_at.desc(), table.c.id)
        .limit(1)
    )
    # a code is given in the transaction that queues its call
    return view_of(connection.execute(statement).mappings().one())
