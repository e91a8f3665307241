"""A task's `message` is declared under `messages`, and so are those that every response sends.

These are `call` (a task is assigned), `escalation` (it has come up to you), `manual` (decide yourself), `proposal` (a level is
proposed), `notice` (news that asks for no answer), `withdrawn` (you are not needed any more) and `end` (the end is proposed);
`report` where there are reports, `signal` where there are signals, `progress` where a task has `progress`. `answer` (what a
reply by SMS did) may be missing.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-messages"
NEEDS_WHOLE = False

always_sent = ("call", "escalation", "manual", "proposal", "notice", "withdrawn", "end")
optional = ("answer",)


def check(draft: Draft) -> Iterator[Diagnostic]:
    required = sent_messages(draft)
    for name, task in draft.tasks.items():
        # those that every response sends are told once, below
        if task.message and task.message not in draft.messages and task.message not in required:
            mark = draft.task_mark(name, "message")
            suggestion = nearest(task.message, draft.messages)
            yield fault(mark, f"there is no message {task.message!r}", "a declared message", RULE, suggestion=suggestion)
    for message in required:
        if message not in draft.messages and "messages" in draft.root.entries:
            mark = draft.key_mark("messages")
            yield fault(mark, f"there is no message {message!r}", "the messages " + ", ".join(required), RULE)


def sent_messages(draft: Draft) -> tuple[str, ...]:
    """The messages that responses of this plan send whatever its tasks say."""
    tasks = draft.tasks.values()
    needed = {
        "report": any(task.report for task in tasks),
        "signal": any(task.signal for task in tasks),
        "progress": any(task.progress for task in tasks),
    }
    return (*always_sent, *(message for message, is_needed in needed.items() if is_needed))
