"""Oral approvals and the paper that follows: by when it is due, that it has come, who is told when it has not. Pure."""

from collections.abc import Iterator
from datetime import datetime

from flows.deciding.authority import alert_roles
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.errors import ReferenceRequiredError, UnknownNameError, UnnamedPaperError
from flows.model.commands import FilePaper
from flows.model.events import PaperFiled, PaperMissed, Told
from flows.model.situation import Paper
from flows.model.state import ResponseState
from plans.model import Level, Plan


def paper_by(plan: Plan, level: Level, now: datetime, *, is_oral: bool) -> datetime | None:
    """When the paper of an oral decision at this level is due; None where the plan names no time for it."""
    rule = plan.levels.get(level)
    return now + rule.paper if is_oral and rule and rule.paper else None


def file_paper(draft: Draft, command: FilePaper) -> None:
    """Late is better than never; the same paper twice changes nothing.

    Errors: `UnknownNameError`, `UnnamedPaperError` when not exactly one is meant, `ReferenceRequiredError`.
    """
    draft.require_person(command.by)
    name = command.paper or _only_one(draft.state)
    papers = draft.state.situation.papers
    if name not in papers:
        raise UnknownNameError("paper", name, papers, "this response")
    if not papers[name].is_owed:
        return
    if not command.reference.strip():
        raise ReferenceRequiredError(name)
    draft.add(PaperFiled(at=draft.now, by=command.by, via=command.via, paper=name, reference=command.reference.strip()))


def chase_papers(draft: Draft) -> None:
    """A paper that has not come in time is told once to whoever approved and to the alert roles."""
    for name, paper in draft.state.situation.owed().items():
        if not paper.missed and paper.due <= draft.now:
            draft.add(PaperMissed(at=draft.now, paper=name, due=paper.due, told=_told(draft, paper)))


def paper_clocks(state: ResponseState) -> Iterator[tuple[str, datetime]]:
    """Papers that are awaited, and until when."""
    return ((name, paper.due) for name, paper in state.situation.owed().items() if not paper.missed)


def _only_one(state: ResponseState) -> str:
    """The one that is owed; when none is, the last one that came. Error: `UnnamedPaperError`."""
    owed, known = tuple(state.situation.owed()), tuple(state.situation.papers)
    if len(owed) > 1:
        raise UnnamedPaperError(owed)
    if not known:
        raise UnnamedPaperError(())
    return (owed or known[-1:])[0]


def _told(draft: Draft, paper: Paper) -> tuple[Told, ...]:
    told = {each.person: each for each in tell_roles(draft.duty, alert_roles(draft.plan), draft.now)}
    if (person := draft.duty.people.get(paper.approved_by)) and person.id not in told:
        told[person.id] = Told(person.id, person.name, "", (person.id,))
    return tuple(told.values())
