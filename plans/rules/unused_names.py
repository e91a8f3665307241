"""What a plan declares and nothing uses is shown as a warning: facts, roles, ladders, messages and sources.

Often another name is misspelt. What a base plan declares may stay unused.
"""

from collections.abc import Collection, Iterator

from plans.diagnostic import Diagnostic, warning
from plans.draft import Draft
from plans.rules.conditions import plan_conditions, task_conditions, vocabulary_of
from plans.rules.known_messages import always_sent
from plans.rules.known_roles import used_roles
from plans.rules.known_sources import source_of

RULE = "unused-names"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    tasks = draft.tasks.values()
    yield from _unused(draft, "facts", draft.facts, _used_facts(draft))
    alerted = {name for name, role in draft.roles.items() if role.alert}
    yield from _unused(draft, "roles", draft.roles, used_roles(draft) | alerted)
    yield from _unused(draft, "ladders", draft.ladders, {ladder for task in tasks for ladder in (task.ladder, task.late)})
    yield from _unused(draft, "messages", draft.messages, {*always_sent, *(task.message for task in tasks)})
    yield from _unused(draft, "sources", draft.sources, {source_of(task.source) for task in tasks})


def _unused(draft: Draft, section: str, declared: Collection[str], used: set[str]) -> Iterator[Diagnostic]:
    for name in declared:
        mark = draft.key_mark(section, name)
        if name not in used and mark.file == draft.root.mark.file:
            yield warning(mark, f"the {section[:-1]} {name!r} is used nowhere", "a use, or nothing here", RULE)


def _used_facts(draft: Draft) -> set[str]:
    vocabulary = vocabulary_of(draft)
    conditions = [condition for _, condition in (*plan_conditions(draft), *task_conditions(draft))]
    used = {fact for condition in conditions for fact in vocabulary.facts_in(condition)}
    return used | {fact for trigger in draft.triggers.values() for fact in trigger.facts}
