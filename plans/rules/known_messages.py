"""A task's `message` is declared under `messages`, and so are the five that every response sends.

These are `call` (a task is assigned), `escalation` (it has come up to you), `manual` (decide yourself), `proposal` (an alert
proposes a level), `notice` (news that asks for no answer), `withdrawn` (you are not needed any more) and `end` (the end is
proposed).
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-messages"
NEEDS_WHOLE = False

always_sent = ("call", "escalation", "manual", "proposal", "notice", "withdrawn", "end")


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        if task.message and task.message not in (*draft.messages, *always_sent):
            mark = draft.task_mark(name, "message")
            suggestion = nearest(task.message, draft.messages)
            yield fault(mark, f"there is no message {task.message!r}", "a declared message", RULE, suggestion=suggestion)
    for message in always_sent:
        if message not in draft.messages and "messages" in draft.root.entries:
            mark = draft.key_mark("messages")
            yield fault(mark, f"there is no message {message!r}", "the messages " + ", ".join(always_sent), RULE)
