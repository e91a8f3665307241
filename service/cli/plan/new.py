"""`tocsin plan new`: a guided first draft that checks; every question can be answered by an option too."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli.plan.answers import Ask, first_tasks, measure, plan_name, titles_of_roles, words
from service.cli.plan.finding import FAULTS, UNUSABLE, end_with, plan_folders

Several = list[str] | None


def new(
    name: Annotated[str, typer.Argument(help="The plan's name: small letters, digits and _, such as flood.")],
    title: Annotated[str, typer.Option(help="Its title, in Chinese.")] = "",
    title_en: Annotated[str, typer.Option(help="Its title in English.")] = "",
    owner: Annotated[str, typer.Option(help="Who issues it.")] = "",
    hazard: Annotated[Several, typer.Option(help="A word in the alerts that propose it, such as 暴雨; several times.")] = None,
    fact: Annotated[str, typer.Option(help="The number that decides on the level: NAME=TITLE, such as flow=流量.")] = "",
    unit: Annotated[str, typer.Option(help="The unit of that number.")] = "",
    thresholds: Annotated[str, typer.Option(help="What it must reach for IV, III, II and I, such as 10,20,30,40.")] = "",
    task: Annotated[Several, typer.Option(help="A first task: NAME=TITLE@ROLE, such as patrol=巡查@team; several times.")] = None,
    role: Annotated[Several, typer.Option(help="A role that the base has not: NAME=TITLE; several times.")] = None,
    source: Annotated[str, typer.Option("--like", metavar="PLAN", help="Begin with a copy of this plan instead.")] = "",
    folder: Annotated[
        Path | None, typer.Option("--dir", file_okay=False, help="Where to write. Default: the data folder.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what no option says is a placeholder.")] = False,
) -> None:
    """Write the first draft of a plan: it checks as it is, and is filled in from there. 新建预案"""
    from plans.basics import Text
    from plans.skeleton import Outline, drafted, like

    file = _free_place(plan_name(name), folder)
    ask = Ask(silent=yes or not sys.stdin.isatty())
    zh = ask.text("Title in Chinese 预案名称", title, name)
    both = Text(zh, ask.text("Title in English 英文名称", title_en, zh))
    issuer = ask.text("Who issues it 发布单位", owner, "（发布单位）")
    if source:
        _write(file, like(_text_of(source), name, both, issuer))
        return
    hazards = ask("Words in the alerts that propose it, with commas 预警关键词（可空）", ",".join(hazard or []), "", words)
    number = measure(ask, fact, unit, thresholds)
    tasks = first_tasks(ask, task or [])
    _write(file, drafted(Outline(name, both, issuer, hazards, number, tasks, titles_of_roles(tasks, role or []))))


def _free_place(name: str, folder: Path | None) -> Path:
    """The file to write, which is not there yet."""
    from service.folder import folder_from_environment

    file = (folder or folder_from_environment().plans) / f"{name}.yaml"
    if file.exists():
        typer.echo(f"{file}: is already there and was not touched; choose another name, or another folder with --dir", err=True)
        raise typer.Exit(FAULTS)
    return file


def _text_of(plan: str) -> str:
    """The text of a plan that checks."""
    from plans.catalog import find
    from plans.compiler import compile_file
    from plans.errors import PlanError

    try:
        file = find(plan, plan_folders())
        compile_file(file)
    except PlanError as error:
        end_with(error)
    return file.read_text(encoding="utf-8")


def _write(file: Path, text: str) -> None:
    """Writes the plan, and beside it what editors complete with; a plan that does not check is taken away again."""
    from plans.diagnostic import has_faults
    from plans.json_schema import written

    schema = file.parent / "plan.schema.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
        if not schema.exists():
            schema.write_text(written(), encoding="utf-8")
    except OSError as cause:
        typer.echo(f"{file}: cannot be written: {cause.strerror}", err=True)
        raise typer.Exit(UNUSABLE) from cause
    from plans.compiler import check_file

    diagnostics = check_file(file)
    for each in diagnostics:
        typer.echo(str(each), err=True)
    if has_faults(diagnostics):
        file.unlink()
        typer.echo(f"{file}: does not check and was not kept; with --dir beside what the other plan extends it may", err=True)
        raise typer.Exit(FAULTS)
    _say_what_is_next(file)


def _say_what_is_next(file: Path) -> None:
    from plans.catalog import known

    plan = str(file) if file.parent not in plan_folders() else file.stem
    typer.echo(f"{file}: written, and it checks")
    if file.stem in known() and file.parent in plan_folders():
        typer.echo(f"  it takes the place of the shipped plan {file.stem!r}")
    typer.echo("next:")
    typer.echo(f"  tocsin plan show {plan}                # read it, with what the base brings")
    typer.echo(f"  open {file.name} in an editor          # it completes and checks by {file.parent / 'plan.schema.json'}")
    typer.echo(f"  tocsin plan check {plan} --against-roster DATE   # who holds its roles")
