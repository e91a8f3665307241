"""`tocsin plan show`: the plan as a person reads it."""

import json
from typing import Annotated

import typer

from service.cli.plan.finding import Language, loaded


def show(
    name: Annotated[str, typer.Argument(help="A plan's name, or its file.")],
    lang: Annotated[Language, typer.Option(help="Language of the titles.")] = Language.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checked plan as JSON.")] = False,
) -> None:
    """Show a plan as a person reads it: facts, levels, tasks, ladders."""
    plan = loaded(name)
    if as_json:
        typer.echo(json.dumps({"digest": plan.digest, "plan": json.loads(plan.canonical_json)}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from plans.show import show as parts

    console = Console()
    for part in parts(plan, lang.value):
        console.print(part, markup=False)
