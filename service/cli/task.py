"""`tocsin task …`: what people do with their tasks, and what the desk enters for somebody out of reach."""

from typing import Annotated, Any, Literal

import typer

from service.cli.moments import At, moment_of
from service.cli.output import AsJson, Reason, print_json, print_turn
from service.cli.response import ResponseId

app = typer.Typer(no_args_is_help=True)
TaskName = Annotated[str, typer.Argument(help="The assignment, as in levee_patrol.2; a bare task name is its newest one.")]
Person = Annotated[str, typer.Option("--by", help="The person who was called.", envvar="TOCSIN_BY")]


@app.command("list")
def list_tasks(response: ResponseId, as_json: AsJson = False) -> None:
    """The tasks of a response."""
    from service.cli.pictures import print_tasks
    from service.desk.views import response_view
    from service.wiring import Home

    home = Home()
    tasks = response_view(home.engine, response)["tasks"]
    if as_json:
        print_json(tasks)
    else:
        print_tasks(tasks, home.zone)


@app.command()
def ack(response: ResponseId, task: TaskName, by: Person, at: At = None, as_json: AsJson = False) -> None:
    """Acknowledge. 收到"""
    desk, name, home = _at_hand(response, task)
    moment = moment_of(at, home.zone, home.clock.now())
    print_turn(desk.acknowledge(response, name, by, "cli", moment), as_json=as_json)


@app.command()
def decline(response: ResponseId, task: TaskName, by: Person, reason: Reason, as_json: AsJson = False) -> None:
    """Say that one cannot, and why; the next step is taken at once. 不能到"""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.decline(response, name, by, "cli", reason), as_json=as_json)


@app.command()
def start(response: ResponseId, task: TaskName, by: Person, as_json: AsJson = False) -> None:
    """Say that work has begun."""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.start(response, name, by, "cli"), as_json=as_json)


@app.command()
def progress(response: ResponseId, task: TaskName, text: str, by: Person, as_json: AsJson = False) -> None:
    """Report progress."""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.progress(response, name, by, "cli", text), as_json=as_json)


@app.command()
def complete(
    response: ResponseId,
    task: TaskName,
    by: Person,
    evidence: Annotated[list[str], typer.Option("--evidence", "-e", help="FIELD=VALUE; may be repeated.")] = [],  # noqa: B006
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Complete with evidence; what is missing needs a reason. 办结"""
    from service.desk.duty import evidence_pairs

    desk, name, _ = _at_hand(response, task)
    print_turn(desk.complete(response, name, by, "cli", evidence_pairs(evidence), reason), as_json=as_json)


@app.command()
def reassign(
    response: ResponseId,
    task: TaskName,
    by: Person,
    to: Annotated[list[str], typer.Option("--to", help="Who takes it; may be repeated.")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Give the task to other people; they are called at once."""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.reassign(response, name, by, "cli", to, reason), as_json=as_json)


@app.command(name="send-back")
def send_back(response: ResponseId, task: TaskName, by: Person, reason: Reason, as_json: AsJson = False) -> None:
    """Return what this task was to confirm to those who did it; they are called again with the reason. 退回"""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.send_back(response, name, by, "cli", reason), as_json=as_json)


@app.command()
def decide(
    response: ResponseId,
    task: TaskName,
    decision: Annotated[Literal["courier", "skip"], typer.Argument(help="`courier`: somebody is sent, it stays open; `skip`.")],
    by: Person,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Record a manual decision for a task that nobody answered."""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.decide(response, name, by, "cli", decision, reason), as_json=as_json)


@app.command()
def suspend(response: ResponseId, task: TaskName, by: Person, reason: Reason, as_json: AsJson = False) -> None:
    """Stop a task; its clocks stand still until it is resumed. 暂停"""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.suspend(response, name, by, "cli", reason), as_json=as_json)


@app.command()
def resume(response: ResponseId, task: TaskName, by: Person, reason: Reason, as_json: AsJson = False) -> None:
    """Let a suspended task go on; its limits move by the time it stood still. 恢复"""
    desk, name, _ = _at_hand(response, task)
    print_turn(desk.resume(response, name, by, "cli", reason), as_json=as_json)


def _at_hand(response: str, task: str) -> tuple[Any, str, Any]:
    from service.desk.duty import Desk
    from service.desk.views import latest_of
    from service.wiring import Home

    home = Home()
    return Desk(home), latest_of(home.engine.head(response).state, task), home
