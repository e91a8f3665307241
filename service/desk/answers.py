"""An answer becomes a verb on its task, and what that did becomes a sentence for whoever gave it."""

from datetime import datetime

from flows.errors import FlowError, NotCalledError, WrongStateError
from flows.model.commands import Acknowledge, Decline
from flows.model.events import StepFired
from flows.model.reasons import NO_REASON
from flows.running.engine import Engine, Turn
from notifications.message import Answer, Verb
from notifications.replies import Became
from notifications.say_back import Sentence

_AGAIN = "nothing changed: it was recorded before"
_RECORDED = {
    Verb.ACKNOWLEDGE: Sentence("已记录“收到”", "Recorded: received"),
    Verb.DECLINE: Sentence("已记录“不能到”", "Recorded: cannot"),
}


def give(engine: Engine, answer: Answer, at: datetime | None = None) -> Turn:
    """Acts as the person who answered. Errors: `FlowError`, `StoreError`."""
    if answer.verb is Verb.ACKNOWLEDGE:
        return engine.submit(answer.response, Acknowledge(assignment=answer.assignment, by=answer.person, via=answer.via, at=at))
    reason = answer.reason or NO_REASON
    command = Decline(assignment=answer.assignment, by=answer.person, via=answer.via, at=at, reason=reason)
    return engine.submit(answer.response, command)


def became(engine: Engine, answer: Answer) -> Became:
    """Gives the answer; a refusal is what became of it too. Error: `StoreError`."""
    try:
        turn = give(engine, answer)
    except FlowError as refusal:
        return Became(_refused(refusal), str(refusal))
    return Became(recorded(answer, turn), "" if turn.events else _AGAIN)


def recorded(answer: Answer, turn: Turn) -> Sentence:
    """What the answer did: also whom it had called in the person's place."""
    did = _RECORDED[answer.verb]
    called = [
        told.name
        for event in turn.events
        if isinstance(event, StepFired) and event.assignment == answer.assignment
        for told in event.told
    ]
    if answer.verb is Verb.ACKNOWLEDGE or not called:
        return did
    return Sentence(f"{did.zh}，已叫应{'、'.join(called[:2])}", f"{did.en}; called {', '.join(called[:2])}")


def _refused(refusal: FlowError) -> Sentence:
    match refusal:
        case NotCalledError():
            return Sentence("未作更改：此任务现在没有叫应您，可致电值班室", "Not changed: you are not called now")
        case WrongStateError():
            return Sentence("未作更改：任务或响应已有变化，可致电值班室", "Not changed: the task has moved on")
        case _:
            return Sentence("未能记录，请致电值班室", "Not recorded; phone the duty desk")
