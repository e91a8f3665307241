"""`tocsin response migrate`: what another version of the plan would change for a running response, and the move."""

from datetime import tzinfo
from typing import Annotated

import typer

from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.plan.finding import Language
from service.cli.response_record import ResponseId
from service.plain import Json


def migrate(
    response: ResponseId,
    to: Annotated[str, typer.Option("--to", help="latest, a plan file, or the beginning of a stored version's digest.")],
    by: By = "",
    reason: Reason = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only what would change is shown.")] = False,
    lang: Annotated[Language, typer.Option(help="zh or en.")] = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Move a running response to another version of its plan; shows first what would change. 换用新版预案"""
    from service.desk.moving_desk import MovingDesk
    from service.wiring import Home

    home = Home()
    desk = MovingDesk(home)
    plan = desk.version(response, to, files=True)
    if yes:
        print_turn(desk.move(response, plan, by, "cli", reason), as_json=as_json)
        return
    view = desk.preview(response, plan, by, "cli", reason or "preview")
    if as_json:
        print_json(view)
    else:
        _print_preview(view, home.zone, lang.value)


def _print_preview(view: Json, zone: tzinfo, language: str) -> None:
    from service.cli.moving_words import preview_lines

    for line in preview_lines(view, zone, language):
        typer.echo(line)
