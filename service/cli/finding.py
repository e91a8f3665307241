"""`tocsin finding …`: what is found on the ground opens its own tasks, whatever else is going on."""

from typing import Annotated

import typer

from service.cli.moments import At
from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.response import ResponseId

app = typer.Typer(no_args_is_help=True)


@app.command()
def report(
    response: ResponseId,
    kind: Annotated[str, typer.Argument(help="The kind of finding, as in danger; 'list' shows those of the plan.")],
    label: Annotated[str, typer.Argument(help="Where or which it is, in a few words: K5+900.")],
    value: Annotated[list[str], typer.Option("--value", help="FIELD=VALUE; may be repeated.")] = [],  # noqa: B006
    by: By = "",
    at: At = None,
    another: Annotated[bool, typer.Option("--another", help="It is not the one that was reported a moment ago.")] = False,
    as_json: AsJson = False,
) -> None:
    """Report a finding; its people are called at once. 报告险情"""
    from service.cli.moments import moment_of
    from service.desk.duty import evidence_pairs
    from service.desk.ground_desk import Found, GroundDesk
    from service.wiring import Home

    home = Home()
    when = moment_of(at, home.zone, home.clock.now())
    found = Found(of=kind, label=label, values=evidence_pairs(value), by=by, at=when, another=another)
    print_turn(GroundDesk(home).report(response, found, "cli"), as_json=as_json)


@app.command("list")
def list_findings(response: ResponseId, as_json: AsJson = False) -> None:
    """What was found, and what may be reported."""
    from service.cli.ground_pictures import print_findings
    from service.desk.ground_desk import GroundDesk
    from service.wiring import Home

    home = Home()
    view = GroundDesk(home).findings(response)
    if as_json:
        print_json(view)
    else:
        print_findings(view, home.zone)


@app.command()
def update(
    response: ResponseId,
    finding: Annotated[str, typer.Argument(help="As in danger-1.")],
    value: Annotated[list[str], typer.Option("--value", help="FIELD=VALUE; may be repeated.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Correct what is known of a finding; its tasks go by it at once. 更正"""
    from service.desk.duty import evidence_pairs
    from service.desk.ground_desk import GroundDesk
    from service.wiring import Home

    print_turn(GroundDesk(Home()).update(response, finding, evidence_pairs(value), by, "cli"), as_json=as_json)


@app.command()
def close(
    response: ResponseId,
    finding: Annotated[str, typer.Argument(help="As in danger-1.")],
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Close a finding; its open tasks are withdrawn. 销号"""
    from service.desk.ground_desk import GroundDesk
    from service.wiring import Home

    print_turn(GroundDesk(Home()).close(response, finding, by, "cli", reason), as_json=as_json)
