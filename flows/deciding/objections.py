"""What speaks against ending, lowering or closing a response at this moment: shown first, set aside only on purpose. Pure."""

from collections.abc import Iterator

from flows.deciding.draft import Draft
from flows.deciding.levels.levels import holds
from flows.model.reasons import (
    condition_in_words,
    end_not_met,
    end_not_yet,
    end_unknown,
    level_called,
    paper_owed,
    still_open,
    unanswered,
)
from flows.objection_errors import ObjectionsError
from plans.expressions import Truth
from plans.model import Level, Text


def against_end(draft: Draft) -> tuple[Text, ...]:
    """Its condition does not hold, or not for long enough; people who were sent a signal have not answered."""
    return (*_condition(draft), *_signals(draft))


def against_level(draft: Draft, level: Level) -> tuple[Text, ...]:
    """Nothing speaks against a higher level; a lower one than the facts call for is asked about, and so are open signals."""
    return (*_called(draft, level), *_signals(draft)) if level > draft.state.level else ()


def against_close(draft: Draft) -> tuple[Text, ...]:
    """Duties that would be withdrawn, and papers that are owed."""
    duties = tuple(still_open(draft.task(each).title, each.id) for each in draft.state.assignments.unended)
    return (*duties, *(paper_owed(name) for name in draft.state.situation.owed()))


def require_deliberate(act: str, objections: tuple[Text, ...], although: str) -> None:
    """Error: `ObjectionsError`, unless somebody says why all the same."""
    if objections and not although.strip():
        raise ObjectionsError(act, objections)


def _condition(draft: Draft) -> Iterator[Text]:
    plan, end = draft.plan, draft.plan.end
    match holds(plan, end.when, draft.state):
        case Truth.FALSE:
            yield end_not_met(condition_in_words(plan, end.when))
        case Truth.UNKNOWN:
            yield end_unknown(condition_in_words(plan, end.when))
        case Truth.TRUE:
            left = (draft.state.propose_end_at or draft.now + end.hold) - draft.now
            if left.total_seconds() > 0:
                yield end_not_yet(end.hold, left)


def _called(draft: Draft, level: Level) -> Iterator[Text]:
    """The highest level that the facts call for; the present one also while its `keep` is not false."""
    plan, state = draft.plan, draft.state
    for each in sorted(plan.levels):
        if each >= level:
            return
        rule = plan.levels[each]
        is_kept = each is state.level and bool(rule.keep) and holds(plan, rule.keep, state) is not Truth.FALSE
        if is_kept or holds(plan, rule.when, state) is Truth.TRUE:
            yield level_called(each, condition_in_words(plan, rule.keep if is_kept else rule.when))
            return


def _signals(draft: Draft) -> Iterator[Text]:
    for each in draft.state.assignments.unended:
        task = draft.task(each)
        silent = [person for person in each.assignees if not each.is_answered_for(person)]
        if task.signal and silent:
            yield unanswered(task.title, [draft.person_name(person) for person in silent])
