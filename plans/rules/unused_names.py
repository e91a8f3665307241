"""What a plan declares and nothing uses is shown as a warning: facts, roles, findings, ladders, messages and sources.

Often another name is misspelt. What a base plan declares may stay unused.
"""

from collections.abc import Collection, Iterator

from plans.diagnostic import Diagnostic, warning
from plans.draft import Draft
from plans.rules.conditions import plan_conditions, task_conditions, vocabulary_of
from plans.rules.known_facts import named_facts
from plans.rules.known_ladders import named_ladders
from plans.rules.known_messages import optional as optional_messages
from plans.rules.known_messages import sent_messages
from plans.rules.known_roles import used_roles
from plans.rules.known_sources import named_sources

RULE = "unused-names"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    yield from _unused(draft, "facts", draft.facts, _used_facts(draft))
    alerted = {name for name, role in draft.roles.items() if role.alert}
    yield from _unused(draft, "roles", draft.roles, used_roles(draft) | alerted)
    yield from _unused(draft, "ladders", draft.ladders, {ladder for ladder, _ in named_ladders(draft)})
    sent = {*sent_messages(draft), *optional_messages, *(task.message for task in draft.tasks.values())}
    yield from _unused(draft, "messages", draft.messages, sent)
    yield from _unused(draft, "sources", draft.sources, {source for source, _ in named_sources(draft)})
    yield from _unused(draft, "findings", draft.findings, {task.each for task in draft.tasks.values()})


def _unused(draft: Draft, section: str, declared: Collection[str], used: set[str]) -> Iterator[Diagnostic]:
    for name in declared:
        mark = draft.key_mark(section, name)
        if name not in used and mark.file == draft.root.mark.file:
            yield warning(mark, f"the {section[:-1]} {name!r} is used nowhere", "a use, or nothing here", RULE)


def _used_facts(draft: Draft) -> set[str]:
    vocabulary = vocabulary_of(draft)
    conditions = [condition for _, condition in (*plan_conditions(draft), *task_conditions(draft))]
    used = {fact for condition in conditions for fact in vocabulary.facts_in(condition)}
    used |= {fact for trigger in draft.triggers.values() for fact in trigger.facts}
    used |= {column.fact for fact in draft.facts.values() for column in fact.table}
    used |= {fact for task in draft.tasks.values() for fact in task.again}
    return used | {fact for fact, _ in named_facts(draft)}
