"""`tocsin signal …`: orders that outrank everything."""

from typing import Annotated

import typer

from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.response import ResponseId

app = typer.Typer(no_args_is_help=True)


@app.command()
def send(
    response: ResponseId,
    signal: Annotated[str, typer.Argument(help="As in withdraw; 'list' shows those of the plan.")],
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Send a signal to everybody at work, on every channel at once. 发出信号"""
    from service.desk.ground_desk import GroundDesk
    from service.wiring import Home

    print_turn(GroundDesk(Home()).send(response, signal, by, "cli", reason), as_json=as_json)


@app.command("list")
def list_signals(response: ResponseId, as_json: AsJson = False) -> None:
    """The plan's signals, and who has answered those that were sent."""
    from service.cli.ground_pictures import print_signals
    from service.desk.ground_desk import GroundDesk
    from service.wiring import Home

    home = Home()
    view = GroundDesk(home).signals(response)
    if as_json:
        print_json(view)
    else:
        print_signals(view, home.zone)
