"""Every role that is named (who does a task, approves, is told, may activate) is declared under `roles`.

`assignee` and `deputy` are words of the ladders and not roles.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-roles"
NEEDS_WHOLE = False

relative = ("assignee", "deputy")

Named = tuple[str, tuple[str | int, ...]]


def check(draft: Draft) -> Iterator[Diagnostic]:
    for role, path in named_roles(draft):
        if role and role not in draft.roles:
            expected = "a role declared under 'roles'"
            yield fault(draft.mark(*path), f"there is no role {role!r}", expected, RULE, suggestion=nearest(role, draft.roles))
    for role, path in _told(draft):
        if role and role not in draft.roles and role not in relative:
            suggestion = nearest(role, [*draft.roles, *relative])
            expected = "assignee, deputy or a declared role"
            yield fault(draft.mark(*path), f"there is no role {role!r}", expected, RULE, suggestion=suggestion)
    for role in relative:
        if role in draft.roles:
            mark = draft.key_mark("roles", role)
            yield fault(mark, f"a role is named {role!r}, which is a word of the ladders", "another name", RULE)


def used_roles(draft: Draft) -> set[str]:
    return {role for role, _ in (*named_roles(draft), *_told(draft))}


def named_roles(draft: Draft) -> Iterator[Named]:
    for index, role in enumerate(draft.activate):
        yield role, ("activate", index)
    for level, rule in draft.levels.items():
        for index, role in enumerate(rule.approve):
            yield role, ("levels", level.name, "approve", index)
    for name, task in draft.tasks.items():
        yield task.role, draft.task_path(name, "role")
    for index, role in enumerate(draft.end.approve):
        yield role, ("end", "approve", index)


def _told(draft: Draft) -> Iterator[Named]:
    for name, ladder in draft.ladders.items():
        for rung in ladder.rungs:
            yield rung.tell, ("ladders", name, "rungs", rung.name, "tell")
