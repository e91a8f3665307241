"""`tocsin public …`: people outside the directory are told by SMS, behind every call to those on duty."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import AsJson, By, print_json
from service.cli.response import ApprovedBy, ResponseId

if TYPE_CHECKING:
    from notifications.states import State

app = typer.Typer(no_args_is_help=True)
_LIKELY_CUT = 35
"""What carriers take in a variable of a template."""


@app.command()
def tell(
    response: ResponseId,
    text: Annotated[str, typer.Argument(help="What they are to know, at most 35 characters where a carrier's template is used.")],
    to: Annotated[Path, typer.Option("--to", help="CSV with the column phone or 手机; name and language too, if known.")],
    audience: Annotated[str, typer.Option(help="What the list is called in the record; else the file's name.")] = "",
    by: By = "",
    approved_by: ApprovedBy = "",
    as_json: AsJson = False,
) -> None:
    """Tell everybody of a list. 告知公众"""
    from rich.console import Console
    from rich.progress import Progress

    from resources.sheet import content_of
    from service.desk.public_desk import PublicDesk, read_notice
    from service.wiring import Home

    notice = read_notice(text, audience or to.stem, str(to), content_of(to))
    screen = Console(stderr=True)
    if len(notice.text) > _LIKELY_CUT:
        screen.print(f"{len(notice.text)} characters: a template's variable takes {_LIKELY_CUT}, the rest may be cut. 可能被截断")
    with Progress(console=screen, transient=True) as progress:
        bar = progress.add_task("queued 已排队", total=len(notice.residents))
        states = PublicDesk(Home()).tell(response, notice, by, "cli", approved_by, lambda count: progress.advance(bar, count))
    _print({notice.step: states}, as_json=as_json)


@app.command()
def show(response: ResponseId, as_json: AsJson = False) -> None:
    """How many of each notice are queued, accepted, delivered, failed. 告知进度"""
    from service.desk.public_desk import PublicDesk
    from service.wiring import Home

    _print(PublicDesk(Home()).told(response), as_json=as_json)


def _print(told: "Mapping[str, Mapping[State, int]]", *, as_json: bool) -> None:
    if as_json:
        print_json({step: {state.value: count for state, count in states.items()} for step, states in told.items()})
    elif not told:
        typer.echo("nobody was told yet 尚未告知公众")
    for step, states in () if as_json else told.items():
        typer.echo(f"{step}: " + ", ".join(f"{count} {state.value}" for state, count in sorted(states.items())))
