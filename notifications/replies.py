"""From a reply to an answer: kept first, then understood, or handed to the desk. The same reply twice has one effect."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from notifications import inbound
from notifications.codes import OpenCode, has_ever_had_a_code, open_codes_at, shown
from notifications.grammar import Said, understand
from notifications.message import Answer, Reply, Verb
from notifications.outbox import delivery
from notifications.phones import canonical
from notifications.rendered import clean
from notifications.say_back import confirmation, list_of

_MOST_SAID_BACK = 5  # two automatic systems must not answer each other for ever
_SAID_BACK_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Understood:
    answer: Answer


@dataclass(frozen=True, slots=True)
class NeedsDesk:
    """Someone we called said something; a person has to read it."""

    why: str


@dataclass(frozen=True, slots=True)
class Ignored:
    why: str


Meaning = Understood | NeedsDesk | Ignored


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reply means, and what to send back to its address (empty: nothing).

    `is_repeated`: it came before; the meaning is the same, and nothing is said back a second time.
    """

    meaning: Meaning
    say_back: str = ""
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class DeskItem:
    """A reply that waits for a person to read it; `channel` and `external_id` name it."""

    channel: str
    external_id: str
    address: str
    text: str
    at: datetime
    why: str


def receive(connection: Connection, reply: Reply, now: datetime) -> Heard:
    """Keep a reply and say what it means. Pass an answer on, then call `settled`; until then it is among `waiting`."""
    address = canonical(reply.address)
    before = inbound.store(connection, reply, address, now)
    if before is not None:
        return Heard(_meaning_of(before), is_repeated=True)
    heard = _by_delivery(connection, reply) if reply.delivery else _by_text(connection, reply, address)
    if inbound.said_back_since(connection, address, now - _SAID_BACK_WITHIN) >= _MOST_SAID_BACK:
        heard = Heard(heard.meaning)
    inbound.explain(connection, reply, _columns(heard))
    return heard


def settled(connection: Connection, channel: str, external_id: str, now: datetime) -> None:
    """The answer is in the journal, or the desk has dealt with the reply."""
    inbound.settle(connection, channel, external_id, now)


def waiting(connection: Connection) -> tuple[tuple[str, str, Answer], ...]:
    """(channel, external id, answer) of what was understood but not passed on, as after a crash; oldest first."""
    rows = inbound.unsettled(connection, "answer")
    return tuple((row["channel"], row["external_id"], _answer_of(row)) for row in rows)


def for_desk(connection: Connection) -> tuple[DeskItem, ...]:
    """What people wrote that only a person can understand, oldest first."""
    names = ("channel", "external_id", "address", "text", "at", "why")
    return tuple(DeskItem(*(row[name] for name in names)) for row in inbound.unsettled(connection, "desk"))


def _by_delivery(connection: Connection, reply: Reply) -> Heard:
    """A button or a key: the provider says for which delivery."""
    view = delivery(connection, reply.delivery)
    if view is None:
        return Heard(Ignored(f"no delivery {reply.delivery!r}"))
    if canonical(reply.address).casefold() != canonical(view.address).casefold():
        return Heard(Ignored(f"delivery {view.id} went to somebody else"))
    said = _verb_of(reply.text)
    if said is None:
        return Heard(NeedsDesk("the answer is not one we know"))
    code = OpenCode(view.person, None, view.code or 0, view.response, view.assignment)
    return Heard(Understood(_answer(code, said, reply)))


def _by_text(connection: Connection, reply: Reply, address: str) -> Heard:
    """An SMS: matched by the code in it, or by being the only one open for that phone."""
    codes = open_codes_at(connection, address)
    if not codes and not has_ever_had_a_code(connection, address):
        return Heard(Ignored("a stranger"))
    said = understand(reply.text)
    if said is None:
        return Heard(NeedsDesk("not understood"), list_of(connection, codes))
    meant = [code for code in codes if said.code in (None, code.code)]
    if len(meant) != 1:
        why = f"no open code {shown(said.code)}" if said.code is not None else f"no code, and {len(codes)} are open"
        return Heard(NeedsDesk(why), list_of(connection, codes))
    return Heard(Understood(_answer(meant[0], said, reply)), confirmation(connection, meant[0], said))


def _verb_of(text: str) -> Said | None:
    try:
        return Said(Verb(text.strip().casefold()), None, "")
    except ValueError:
        return understand(text)


def _answer(code: OpenCode, said: Said, reply: Reply) -> Answer:
    return Answer(code.response, code.assignment, code.person, said.verb, reply.channel, reply.at, clean(said.reason))


def _columns(heard: Heard) -> dict[str, str]:
    match heard.meaning:
        case Understood(answer):
            columns = {
                "meaning": "answer",
                "response": answer.response,
                "assignment": answer.assignment,
                "person": answer.person,
                "verb": answer.verb.value,
                "reason": answer.reason,
            }
        case NeedsDesk(why):
            columns = {"meaning": "desk", "why": why}
        case Ignored(why):
            columns = {"meaning": "ignored", "why": why}
    return columns | {"say_back": heard.say_back}


def _meaning_of(row: RowMapping) -> Meaning:
    match row["meaning"]:
        case "answer":
            return Understood(_answer_of(row))
        case "desk":
            return NeedsDesk(row["why"])
        case _:
            return Ignored(row["why"])


def _answer_of(row: RowMapping) -> Answer:
    verb, via = Verb(row["verb"]), row["channel"]
    return Answer(row["response"], row["assignment"], row["person"], verb, via, row["at"], row["reason"])
