"""Answers that only a person can understand: listed for the desk, and settled by it, each once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Literal, assert_never

from flows.errors import FlowError, ReasonRequiredError, UnknownNameError
from notifications import inbound_desk
from notifications.codes import OpenCode, shown
from notifications.inbound_desk import DeskReply, Made
from notifications.masking import masked
from notifications.message import Answer, Verb
from resources.model import Person
from service.desk import answers
from service.desk.duty import Desk
from service.wiring import Home
from store.kinds import Kind

How = Literal["acknowledge", "decline", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody at the desk makes of a reply. Without `how` nothing comes of it, and `reason` says why.

    `response` and `assignment` (or its short code) are only needed where the sender has several calls open.
    """

    by: str = ""
    how: How | None = None
    response: str = ""
    assignment: str = ""
    reason: str = ""


class ReplySettledError(FlowError):
    def __init__(self, number: int, by: str, at: str, made: str) -> None:
        super().__init__(number, by, at, made)
        self.number, self.by, self.at, self.made = number, by, at, made

    def __str__(self) -> str:
        return f"reply {self.number} was settled by {self.by} at {self.at} ({self.made}); nothing was changed"


class WhichCallError(FlowError):
    """The desk must say which of the sender's calls is meant."""

    status = 422

    def __init__(self, number: int, calls: tuple[str, ...]) -> None:
        super().__init__(number, calls)
        self.number, self.calls = number, calls

    def __str__(self) -> str:
        return (
            f"reply {self.number} may be about {'; '.join(self.calls)}: say which one (--assignment, with --response where "
            "two responses have it); nothing was changed"
        )


def waiting(home: Home) -> tuple[DeskReply, ...]:
    """Oldest first: whoever wrote first waits longest."""
    with home.database.read() as connection:
        return inbound_desk.for_desk(connection)


def settle(home: Home, number: int, decision: Decision, via: str) -> DeskReply:
    """Acts for the sender at the moment they wrote, or writes a note, or says why nothing comes of it.

    Errors: `UnknownNameError`, `ReplySettledError`, `WhichCallError`, `ReasonRequiredError`, and those of the verb.
    """
    reply = _reply(home, number)
    _require_waiting(home, reply)
    by = Desk(home).actor(decision.by)
    match decision.how:
        case "acknowledge" | "decline":
            return _as_answer(home, reply, by, Verb(decision.how), decision, via)
        case "note":
            meant = _meant(reply, decision)
            name = home.duty().names(meant.person).get(meant.person, meant.person)
            text = f"{name} ({reply.channel}): {reply.text}" + (f" [{decision.reason}]" if decision.reason else "")
            Desk(home).note(meant.response, by, via, text)
            return _settled(home, reply, by, Made("note", meant.response, meant.assignment, meant.person, decision.reason))
        case None:
            if not decision.reason.strip():
                raise ReasonRequiredError("settle a reply of which nothing comes")
            return _settled(home, reply, by, Made(reason=decision.reason))
        case _:
            assert_never(decision.how)


def reply_view(reply: DeskReply, people: Mapping[str, Person], zone: tzinfo) -> dict[str, Any]:
    """Without the address: a phone number is masked wherever it is shown."""
    senders = dict.fromkeys(call.person for call in reply.calls)
    return {
        "id": reply.number,
        "channel": reply.channel,
        "address": masked(reply.address),
        "people": [{"person": each, "name": people[each].name if each in people else each} for each in senders],
        "at": reply.at.astimezone(zone).isoformat(),
        "text": reply.text,
        "why": reply.why,
        "calls": [
            {
                "response": call.response,
                "kind": Kind.of(call.response).value,
                "assignment": call.assignment,
                "code": shown(call.code),
                "person": call.person,
                "open": reply.still_open,
            }
            for call in reply.calls
        ],
        "settled": {
            "by": reply.settled_by,
            "at": reply.settled_at.astimezone(zone).isoformat(),
            "as": reply.made.verb or None,
            "response": reply.made.response or None,
            "assignment": reply.made.assignment or None,
            "reason": reply.made.reason,
        }
        if reply.settled_at
        else None,
    }


def _as_answer(home: Home, reply: DeskReply, by: str, verb: Verb, decision: Decision, via: str) -> DeskReply:
    meant = _meant(reply, decision)
    # whoever declines has said why in their own words
    reason = decision.reason or (reply.text if verb is Verb.DECLINE else "")
    answer = Answer(meant.response, meant.assignment, meant.person, verb, via, reply.at, reason)
    turn = answers.give(home.engine, answer, reply.at)
    settled = _settled(home, reply, by, Made(verb.value, meant.response, meant.assignment, meant.person, reason))
    with home.database.write() as connection:
        inbound_desk.confirm(connection, reply, answer, answers.recorded(answer, turn), home.clock.now())
    return settled


def _settled(home: Home, reply: DeskReply, by: str, made: Made) -> DeskReply:
    with home.database.write() as connection:
        was_first = inbound_desk.settle(connection, reply, by, made, home.clock.now())
    now = _reply(home, reply.number)
    if not was_first:
        _require_waiting(home, now)
    return now


def _reply(home: Home, number: int) -> DeskReply:
    with home.database.read() as connection:
        found = inbound_desk.desk_reply(connection, number)
        known = () if found else inbound_desk.for_desk(connection)
    if found is None:
        raise UnknownNameError("reply", str(number), (str(each.number) for each in known))
    return found


def _require_waiting(home: Home, reply: DeskReply) -> None:
    if reply.settled_at:
        made = f"{reply.made.verb or 'nothing came of it'}{': ' if reply.made.reason else ''}{reply.made.reason}"
        at = reply.settled_at.astimezone(home.zone).isoformat(timespec="minutes")
        raise ReplySettledError(
            reply.number, home.duty().names(reply.settled_by).get(reply.settled_by, reply.settled_by), at, made
        )


def _meant(reply: DeskReply, decision: Decision) -> OpenCode:
    """The one call it can be about, by what the desk said of it."""
    fitting = [
        call
        for call in reply.calls
        if decision.response in ("", call.response)
        and decision.assignment in ("", call.assignment, call.assignment.rpartition(".")[0], shown(call.code))
    ]
    if len(fitting) != 1:
        raise WhichCallError(reply.number, tuple(f"{each.response} {each.assignment}" for each in fitting or reply.calls))
    return fitting[0]
