"""How commands say what they did: JSON when asked, otherwise lines for a person."""

import json
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option("--by", help="Who acts: a person of the directory.", envvar="TOCSIN_BY")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a few words.")]


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_turn(turn: Any, *, as_json: bool) -> None:
    """What a command led to: what happened and who was called."""
    from service.desk.views import turn_view

    view = turn_view(turn)
    if as_json:
        print_json(view)
        return
    if not view["changed"]:
        typer.echo(f"{view['response']}: nothing to do, this was already so (entry {view['entries']})")
        return
    typer.echo(
        f"{view['response']}: level {view['level']}, {view['status']}, entry {view['entries']}: {', '.join(view['events'][:6])}"
    )
    for call in view["called"]:
        typer.echo(f"  called {call['name']} ({call['person']}, {call['role']}) for {call['assignment']} [{call['step']}]")
    for drill in view["ended_drills"]:
        typer.echo(f"  ended drill {drill}: its people are needed here")
