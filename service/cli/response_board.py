"""`tocsin response board`: every response to one incident, side by side."""

from typing import Annotated

import typer

from service.cli.output import AsJson, print_json
from service.cli.plan.finding import Language


def board(
    incident: Annotated[str, typer.Argument(help="An incident by its name, or any response of it, as in R-260904-a1b2c3.")],
    lang: Annotated[Language, typer.Option(help="zh or en.")] = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """One incident with all its responses: levels, clocks, open tasks, and who is called by several. 事件看板"""
    from service.cli.board_pictures import print_board
    from service.desk.board import board_view
    from service.wiring import Home

    home = Home()
    view = board_view(home.engine, home.duty(), incident)
    if as_json:
        print_json(view)
    else:
        print_board(view, home.zone, lang.value)
