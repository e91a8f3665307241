"""Every role that is named (who does a task, takes it over, approves, signs, sends, is told, may activate) is declared.

`assignee` and `deputy` are words of the ladders and not roles.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft, Path

RULE = "known-roles"
NEEDS_WHOLE = False

relative = ("assignee", "deputy")

Named = tuple[str, Path]


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
        yield task.hand_over, draft.task_path(name, "on_downgrade", "hand_over")
        named = {"sign": task.report.sign if task.report else (), "send": task.signal.send if task.signal else ()}
        for key, roles in named.items():
            for index, role in enumerate(roles):
                yield role, draft.task_path(name, key, index)
    for kind in draft.findings.values():
        for index, role in enumerate(kind.report):
            yield role, ("findings", kind.name, "report", index)
    for index, role in enumerate(draft.end.approve):
        yield role, ("end", "approve", index)
    for level, roles in draft.end.by_level.items():
        for index, role in enumerate(roles):
            yield role, ("end", "approve", level.name, index)


def _told(draft: Draft) -> Iterator[Named]:
    for name, ladder in draft.ladders.items():
        for rung in ladder.rungs:
            yield rung.tell, ("ladders", name, "rungs", rung.name, "tell")
