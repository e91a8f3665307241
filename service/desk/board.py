"""The board of an incident: every response that belongs to it, what each waits for, and who is asked by several of them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from flows.deciding.clocks import ClockRow, clocks
from flows.errors import UnknownNameError
from flows.model.events import both
from flows.model.situation import Asked
from flows.model.state import Assignment, ResponseState
from flows.proposals import kinship
from flows.proposals.kinship import Parent
from flows.proposals.model import Proposal, ProposalState
from flows.proposals.table import list_proposals
from flows.running.engine import Engine
from flows.running.journal import Head
from flows.running.tables import BOOKS
from notifications.codes import OpenCode, open_codes_of_responses, shown
from plans.model import Plan, Text
from resources.model import Duty
from service.desk.report_views import reports_view
from service.desk.views import papers_view
from service.plain import Json, text_view
from store.kinds import Kind

CLOCKS_SHOWN = 3

Codes = Mapping[tuple[str, str, str], OpenCode]


def board_view(engine: Engine, duty: Duty, wanted: str) -> Json:
    """`wanted`: an incident by its name, or any response of it. Error: `UnknownNameError`."""
    now = engine.clock.now()
    with engine.database.read() as connection:
        responses = kinship.family(connection, _named(connection, wanted))
        parents = kinship.parents(connection, responses)
        waiting = _proposed(connection, responses)
        codes = {(each.response, each.assignment, each.person): each for each in open_codes_of_responses(connection, responses)}
    heads = [engine.head(response) for response in responses]
    shown_responses = [_response(head, engine.plan_of(head), duty, codes, parents.get(head.response), now) for head in heads]
    return {
        "incident": heads[0].state.incident,
        "kind": heads[0].state.kind.value,
        "at": now.isoformat(),
        "responses": shown_responses,
        "proposals": waiting,
        "people": _asked_by_several(shown_responses),
    }


def _named(connection: Connection, wanted: str) -> tuple[str, ...]:
    heads = BOOKS[Kind.of(wanted)].heads
    if connection.execute(select(heads.c.id).where(heads.c.id == wanted)).first():
        return (wanted,)
    found = kinship.named(connection, wanted)
    if not found:
        raise UnknownNameError("incident or response", wanted, kinship.incidents(connection))
    return found


def _proposed(connection: Connection, responses: Collection[str]) -> list[Json]:
    """Links of these responses that nobody has decided about."""
    found = []
    for proposal in list_proposals(connection, (ProposalState.OPEN,)):
        parent = kinship.parent_in(proposal.messages)
        if parent and parent.response in responses:
            found.append(_proposal(proposal, parent))
    return found


def _proposal(proposal: Proposal, parent: Parent) -> Json:
    question = proposal.content.question
    return {
        "proposal": proposal.id,
        "plan": proposal.plan,
        "level": proposal.level.name,
        "from": parent.response,
        "link": parent.link,
        "headline": proposal.content.why.headline,
        "question": text_view(question) if question else None,
        "opened_at": proposal.opened.isoformat(),
    }


def _response(head: Head, plan: Plan, duty: Duty, codes: Codes, parent: Parent | None, now: datetime) -> Json:
    state = head.state
    tasks = [_task(head, plan, duty, codes, each, now) for each in state.assignments.unended]
    return {
        "id": head.response,
        "plan": state.plan,
        "title": text_view(plan.title),
        "parent": parent.response if parent else None,
        "link": parent.link if parent else "",
        "linked": [{"response": below, "heard": entry} for below, entry in state.situation.heard.items()],
        "incident": state.incident,
        "place": state.place,
        "level": state.level.name,
        "status": state.status.value,
        "opened_at": state.opened_at.isoformat(),
        "closed_at": state.closed_at.isoformat() if state.closed_at else None,
        "next": [_clock(plan, state, row) for row in sorted(clocks(plan, state), key=_by_time)[:CLOCKS_SHOWN]],
        "tasks": sorted(tasks, key=lambda each: (not each["overdue"], each["done_by"])),
        "reports": [each for each in reports_view(plan, state) if each["filed_at"] is None],
        "papers": [each for each in papers_view(state) if each["owed"]],
        "unanswered": list(_unanswered(state)),
    }


def _task(head: Head, plan: Plan, duty: Duty, codes: Codes, assignment: Assignment, now: datetime) -> Json:
    task, is_late = plan.tasks[assignment.task], not assignment.is_suspended and assignment.done_by < now
    return {
        "assignment": assignment.id,
        "code": task.code,
        "title": text_view(task.title),
        "status": assignment.status.value,
        "overdue": assignment.done.missed or assignment.awaits_decision or is_late,
        "awaits_decision": assignment.awaits_decision,
        "suspended": assignment.is_suspended,
        "done_by": assignment.done_by.isoformat(),
        "holders": [_holder(head.response, duty, codes, assignment, person) for person in assignment.assignees],
    }


def _holder(response: str, duty: Duty, codes: Codes, assignment: Assignment, person: str) -> Json:
    code = codes.get((response, assignment.id, person))
    known = duty.people.get(person)
    return {
        "person": person,
        "name": known.name if known else person,
        "acknowledged": person in assignment.acknowledged,
        "answer_code": shown(code.code) if code else "",
    }


def _unanswered(state: ResponseState) -> Iterator[Json]:
    """Proposals inside the response: a level or its end, which wait for a signature."""
    situation = state.situation
    subjects: tuple[tuple[str, Asked | None], ...] = (("level", situation.level), ("end", situation.end))
    for subject, asked in subjects:
        if asked:
            said = {"subject": subject, "level": asked.level.name if subject == "level" else None}
            yield {**said, "reason": text_view(both(asked.reason)), "at": asked.at.isoformat()}


def _clock(plan: Plan, state: ResponseState, row: ClockRow) -> Json:
    name = state.assignments[row.assignment].task if row.assignment in state.assignments else row.assignment
    title = plan.tasks[name].title if name in plan.tasks else Text("", "")
    told = {"due": row.due.isoformat(), "clock": row.clock, "name": row.name, "assignment": row.assignment}
    return {**told, "title": text_view(title)}


def _by_time(row: ClockRow) -> tuple[datetime, str, str, str]:
    return row.due, row.assignment, row.clock, row.name


def _asked_by_several(responses: list[Json]) -> list[Json]:
    """People with open tasks in more than one response, each once with everything that is asked of them."""
    people: dict[str, Json] = {}
    for response in responses:
        for task in response["tasks"]:
            for holder in task["holders"]:
                asked = people.setdefault(holder["person"], {"person": holder["person"], "name": holder["name"], "tasks": []})
                asked["tasks"].append(_asked(response, task, holder))
    return [each for each in people.values() if len({task["response"] for task in each["tasks"]}) > 1]


def _asked(response: Json, task: Json, holder: Json) -> Json:
    kept = {name: task[name] for name in ("assignment", "title", "status", "overdue", "done_by")}
    return {"response": response["id"], **kept, **{name: holder[name] for name in ("acknowledged", "answer_code")}}
