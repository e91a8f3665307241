"""What follows from any decision: time has come for whatever it has come for, and what may open opens. Pure."""

from flows.deciding.climbing import climb_due
from flows.deciding.clocks import situation_due, tasks_due
from flows.deciding.draft import Draft
from flows.deciding.ending import watch_end
from flows.deciding.findings import watch_findings
from flows.deciding.freshness import note_old_facts
from flows.deciding.levels import levelling
from flows.deciding.levels.papers import chase_papers
from flows.deciding.levels.signing import climb_proposals
from flows.deciding.links import watch_links
from flows.deciding.outlook import Lull, Outlook, is_of_tasks, is_quiet, keep
from flows.deciding.tasks import suspending
from flows.deciding.tasks.limits import move_limits
from flows.deciding.tasks.opening import open_what_may
from flows.deciding.tasks.progressing import ask_for_progress
from flows.model.state import Status


def settle(draft: Draft) -> None:
    """Time has come for whatever it has come for. What cannot have come since the decision before is not looked at."""
    plan, now, known = draft.plan, draft.now, draft.outlook
    situation, tasks, looked_at = known.situation, known.tasks, 0
    if not (situation and situation.goes_on(now) and is_of_tasks(plan, draft.events)):
        looked_at = len(draft.events)
        situation = _watch_situation(draft)
    if not (tasks and tasks.goes_on(now) and is_quiet(draft.events)):
        tasks = _watch_tasks(draft)
    climb_due(draft)
    ask_for_progress(draft)
    is_settled = is_of_tasks(plan, draft.events[looked_at:])
    keep(plan, Outlook(draft.state, situation if is_settled else None, tasks, draft.unseen))


def _watch_situation(draft: Draft) -> Lull | None:
    looked_at = len(draft.events)
    note_old_facts(draft)
    if draft.state.status is Status.OPEN:
        levelling.watch_level(draft)
        watch_links(draft)
        watch_end(draft)
    climb_proposals(draft)
    chase_papers(draft)
    watch_findings(draft)
    return Lull(situation_due(draft.plan, draft.state)) if len(draft.events) == looked_at else None


def _watch_tasks(draft: Draft) -> Lull | None:
    looked_at = len(draft.events)
    _settle_tasks(draft)
    move_limits(draft)
    return Lull(tasks_due(draft.plan, draft.state)) if len(draft.events) == looked_at else None


def _settle_tasks(draft: Draft) -> None:
    """What opens may have to stand still, and what stands still is not running: looked at twice, never in circles."""
    suspending.note_daylight(draft)
    for _ in range(2):
        open_what_may(draft)
        entries = len(draft.events)
        suspending.keep_pauses(draft)
        if entries == len(draft.events):
            return
    # what stands still or goes on since then, nobody has looked at
    draft.unseen = None
