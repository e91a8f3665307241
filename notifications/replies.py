"""From a reply to an answer: kept first, then understood, or handed to the desk. The same reply twice has one effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from notifications import inbound, say_back
from notifications.codes import OpenCode, code_of, last_code_at, open_codes_at, shown
from notifications.grammar import Said, understand
from notifications.message import Answer, Reply, Verb
from notifications.outbox import delivery
from notifications.phones import canonical
from notifications.references import find
from notifications.rendered import clean
from notifications.say_back import SaidTo, Sentence
from store.faults import Point, reached

VOICE = "voice"
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
    """What a reply means. `is_repeated`: it came before; the meaning is the same, and nothing more is said or done."""

    meaning: Meaning
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Became:
    """What an answer led to, in words for who gave it. `why` is empty when it did something, or says why it did not."""

    sentence: Sentence
    why: str = ""


def receive(connection: Connection, reply: Reply, now: datetime) -> Heard:
    """Keep a reply and say what it means; who was not understood is told how to answer, in the same transaction.

    Pass an answer on, then call `settled`; until then it is among `waiting`.
    """
    reached(Point.BEFORE_REPLY)
    address = canonical(reply.address) or _called_at(connection, reply)
    before = inbound.store(connection, reply, address, now)
    if before is not None:
        return Heard(_meaning_of(before), is_repeated=True)
    meaning = _by_delivery(connection, reply, address) if reply.delivery else _by_text(connection, reply, address)
    inbound.explain(connection, reply.channel, reply.external_id, _columns(meaning))
    if isinstance(meaning, NeedsDesk):
        _tell_how_to_answer(connection, inbound.kept(connection, reply.channel, reply.external_id), now)
    reached(Point.AFTER_REPLY)
    return Heard(meaning)


def settled(connection: Connection, channel: str, external_id: str, now: datetime, became: Became) -> bool:
    """The answer has been passed on, and this became of it; False, and nothing is changed, when that was so before."""
    if not inbound.settle(connection, channel, external_id, now):
        return False
    inbound.explain(connection, channel, external_id, {"why": became.why})
    return True


def confirm(connection: Connection, channel: str, external_id: str, became: Became, now: datetime) -> None:
    """Tell the sender what their answer did, once for each reply and on the channel they wrote by."""
    row = inbound.kept(connection, channel, external_id)
    if code := code_of(connection, row["response"], row["assignment"], row["person"]):
        _say(connection, row, [code], became.sentence, now)


def waiting(connection: Connection) -> tuple[tuple[str, str, Answer], ...]:
    """(channel, external id, answer) of what was understood but not passed on, as after a crash; oldest first."""
    rows = inbound.unsettled(connection, "answer")
    return tuple((row["channel"], row["external_id"], _answer_of(row)) for row in rows)


def _tell_how_to_answer(connection: Connection, row: RowMapping, now: datetime) -> None:
    codes = open_codes_at(connection, row["address"])
    if codes:
        about = say_back.of_one_kind(codes)
        _say(connection, row, about, say_back.how_to_answer(about), now)
    elif last := last_code_at(connection, row["address"]):
        _say(connection, row, [last], say_back.NOTHING_OPEN, now, listed=False)


def _say(
    connection: Connection, row: RowMapping, about: Sequence[OpenCode], sentence: Sentence, now: datetime, *, listed: bool = True
) -> None:
    """Whose replies lead to nothing hears so a few times, then no more."""
    said = inbound.said_back_since(connection, row["address"], now - _SAID_BACK_WITHIN)
    if row["why"] and said >= _MOST_SAID_BACK:
        return
    # nobody is called back for having pressed a key; the same phone takes a short message
    channel = "sms" if row["channel"] == VOICE else row["channel"]
    reply = SaidTo(f"answer/{row['id']}", channel, row["address"])
    words = say_back.queue(connection, reply, about, sentence, now, listed=listed)
    inbound.explain(connection, row["channel"], row["external_id"], {"say_back": words})


def _called_at(connection: Connection, reply: Reply) -> str:
    """Who presses a key is at the phone that was called, where the provider names only the call."""
    place = find(connection, reply.delivery) if reply.channel == VOICE and reply.delivery else None
    view = delivery(connection, place[1]) if place else None
    return canonical(view.address) if view else ""


def _by_delivery(connection: Connection, reply: Reply, address: str) -> Meaning:
    """A button or a key: the provider says for which delivery."""
    place = find(connection, reply.delivery)
    view = delivery(connection, place[1]) if place else None
    if view is None:
        return Ignored(f"no delivery {reply.delivery!r}")
    if address.casefold() != canonical(view.address).casefold():
        return Ignored(f"delivery {view.id} went to somebody else")
    said = _verb_of(reply.text)
    if said is None:
        return NeedsDesk("the answer is not one we know")
    code = OpenCode(view.person, None, view.code or 0, view.response, view.assignment)
    return Understood(_answer(code, said, reply))


def _by_text(connection: Connection, reply: Reply, address: str) -> Meaning:
    """An SMS: matched by the code in it, or by being the only one open for that phone."""
    codes = open_codes_at(connection, address)
    if not codes and last_code_at(connection, address) is None:
        return Ignored("a stranger")
    said = understand(reply.text)
    if said is None:
        return NeedsDesk("not understood")
    meant = [code for code in codes if said.code in (None, code.code)]
    if len(meant) != 1:
        why = f"no open code {shown(said.code)}" if said.code is not None else f"no code, and {len(codes)} are open"
        return NeedsDesk(why)
    return Understood(_answer(meant[0], said, reply))


def _verb_of(text: str) -> Said | None:
    try:
        return Said(Verb(text.strip().casefold()), None, "")
    except ValueError:
        return understand(text)


def _answer(code: OpenCode, said: Said, reply: Reply) -> Answer:
    return Answer(code.response, code.assignment, code.person, said.verb, reply.channel, reply.at, clean(said.reason))


def _columns(meaning: Meaning) -> dict[str, str]:
    match meaning:
        case Understood(answer):
            return {"meaning": "answer", "reason": answer.reason, "verb": answer.verb.value} | {
                name: getattr(answer, name) for name in ("response", "assignment", "person")
            }
        case NeedsDesk(why):
            return {"meaning": "desk", "why": why}
        case Ignored(why):
            return {"meaning": "ignored", "why": why}


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
