"""The verbs on a task as the API names them, and what each needs of the body."""

from typing import assert_never

from flows.errors import ReasonRequiredError
from flows.running.engine import Turn
from service.api.bodies import TaskBody, TaskVerb
from service.desk.duty import Desk


def act_on_task(desk: Desk, response: str, assignment: str, verb: TaskVerb, body: TaskBody, via: str) -> Turn:
    """Errors: `FlowError`."""
    match verb:
        case "acknowledge":
            return desk.acknowledge(response, assignment, body.by, via, body.at)
        case "decline":
            return desk.decline(response, assignment, body.by, via, body.reason)
        case "start":
            return desk.start(response, assignment, body.by, via)
        case "progress":
            return desk.progress(response, assignment, body.by, via, body.text)
        case "complete":
            return desk.complete(response, assignment, body.by, via, body.evidence, body.reason)
        case "send_back":
            return desk.send_back(response, assignment, body.by, via, body.reason)
        case "reassign":
            return desk.reassign(response, assignment, body.by, via, body.to, body.reason)
        case "decide":
            if body.decision is None:
                raise ReasonRequiredError("decide by hand ('decision' is courier or skip)")
            return desk.decide(response, assignment, body.by, via, body.decision, body.reason)
        case "suspend":
            return desk.suspend(response, assignment, body.by, via, body.reason)
        case "resume":
            return desk.resume(response, assignment, body.by, via, body.reason)
        case _:
            assert_never(verb)
