"""`tocsin plan`: check plan files and show a plan. Imports the language only when asked, and never Prefect or the database."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from plans.compiler import Examination
    from plans.errors import PlanError

app = typer.Typer(help="Check and read plans.", no_args_is_help=True)

_faults, _unusable = 1, 2


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Plan files, or names from the library.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Find everything wrong with plans: exit 0 when they can run, 1 with faults, 2 when one cannot be read."""
    from plans.catalog import find
    from plans.compiler import examine
    from plans.diagnostic import has_faults
    from plans.errors import PlanError
    from store.clock import clock_from_environment

    # sources have to be valid on the day as the machine's zone has it: the settings would take longer than the check
    today = clock_from_environment().now().astimezone().date()
    results: list[tuple[str, Examination]] = []
    unusable: list[PlanError] = []
    for file in files:
        try:
            path = find(file, plan_folders())
            results.append((str(path), examine(path, today)))
        except PlanError as error:
            unusable.append(error)
    _print_json(results, unusable) if as_json else _print_text(results, unusable)
    if unusable:
        raise typer.Exit(_unusable)
    if any(has_faults(examination.diagnostics) for _, examination in results):
        raise typer.Exit(_faults)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A plan's name, or its file.")],
    lang: Annotated[Language, typer.Option(help="Language of the titles.")] = Language.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checked plan as JSON.")] = False,
) -> None:
    """Show a plan as a person reads it: facts, levels, tasks, ladders."""
    from plans.catalog import load
    from plans.errors import PlanError, PlanFaultsError

    try:
        plan = load(name, plan_folders())
    except PlanError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_faults if isinstance(error, PlanFaultsError) else _unusable) from error
    if as_json:
        typer.echo(json.dumps({"digest": plan.digest, "plan": json.loads(plan.canonical_json)}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from plans.show import show as parts

    console = Console()
    for part in parts(plan, lang.value):
        console.print(part, markup=False)


def plan_folders() -> tuple[Path, ...]:
    """The bureau's own plans, `plans` in the data folder, before the shipped ones."""
    from service.folder import folder_from_environment

    folder = folder_from_environment().plans
    return (folder,) if folder.is_dir() else ()


def _print_text(results: "list[tuple[str, Examination]]", unusable: "list[PlanError]") -> None:
    for path, examination in results:
        for each in examination.diagnostics:
            typer.echo(str(each))
        plan = examination.plan
        if plan:
            typer.echo(f"OK: {plan.name} {plan.version}, {len(plan.tasks)} tasks, digest {plan.digest[:12]}")
        elif not examination.diagnostics:
            typer.echo(f"OK: {path} is a base plan, checked in full with each plan that extends it")
    for error in unusable:
        typer.echo(str(error), err=True)


def _print_json(results: "list[tuple[str, Examination]]", unusable: "list[PlanError]") -> None:
    checked = [_as_json(path, examination) for path, examination in results]
    typer.echo(json.dumps({"plans": checked, "unusable": [str(error) for error in unusable]}, ensure_ascii=False, indent=2))


def _as_json(path: str, examination: "Examination") -> dict[str, object]:
    plan = examination.plan
    found: dict[str, object] = {"file": path, "diagnostics": [each.as_json() for each in examination.diagnostics]}
    if plan:
        found |= {"plan": plan.name, "version": plan.version, "tasks": len(plan.tasks), "digest": plan.digest}
    return found
