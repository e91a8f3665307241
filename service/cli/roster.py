"""`tocsin roster …`: people and duty roster, from CSV files."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import AsJson, print_json

if TYPE_CHECKING:
    from resources.roster_csv import Source

app = typer.Typer(no_args_is_help=True)
At = Annotated[datetime | None, typer.Option("--at", help="At that local time; left out, now.")]


@app.command("import")
def import_roster(
    folder: Annotated[Path | None, typer.Argument(help="A folder with people.csv and duty.csv.")] = None,
    people: Annotated[Path | None, typer.Option(help="The people, where they are not in the folder.")] = None,
    duty: Annotated[Path | None, typer.Option(help="The duty roster, where it is not in the folder.")] = None,
) -> None:
    """Replace people and roster; with one fault in the files nothing is imported. 导入"""
    from resources import tables
    from resources.roster_csv import read_roster
    from service.wiring import Home

    chosen = (people or (folder / "people.csv" if folder else None), duty or (folder / "duty.csv" if folder else None))
    if chosen[0] is None or chosen[1] is None:
        raise typer.BadParameter("name a folder with people.csv and duty.csv, or both --people and --duty")
    home = Home()
    roles = {role for plan in home.active_plans() for role in plan.roles}
    roster = read_roster(_source(chosen[0]), _source(chosen[1]), home.zone, roles)
    with home.database.write() as connection:
        tables.replace(connection, roster.duty, home.clock.now())
    for warning in roster.warnings:
        typer.echo(str(warning), err=True)
    for file in roster.files:
        typer.echo(f"{file.file}: {file.rows} rows, {file.encoding}")


@app.command()
def show(at: At = None, as_json: AsJson = False) -> None:
    """Who holds which role. 当前值班"""
    from service.wiring import Home

    home = Home()
    moment = at.replace(tzinfo=at.tzinfo or home.zone) if at else home.clock.now()
    duty = home.duty()
    roles = dict.fromkeys(shift.role for shift in duty.shifts)
    held = {
        role: [{"id": each.id, "name": each.name, "post": each.post} for each in duty.holders(role, moment)] for role in roles
    }
    if as_json:
        print_json(held)
        return
    if not held:
        typer.echo("the roster is empty; 'tocsin roster import FOLDER' fills it, 'tocsin roster sample FOLDER' writes an example")
    for role, people in held.items():
        names = ", ".join(f"{each['name']} ({each['id']})" for each in people)
        typer.echo(f"{role:20} {names or '– nobody –'}")


@app.command()
def who(role: str, at: At = None, as_json: AsJson = False) -> None:
    """Who holds a role, and who stands in for them. 谁在岗"""
    from service.wiring import Home

    home = Home()
    moment = at.replace(tzinfo=at.tzinfo or home.zone) if at else home.clock.now()
    duty = home.duty()
    people = [
        {"id": each.id, "name": each.name, "post": each.post, "deputy": each.deputy, "exercises": each.exercises}
        for each in duty.holders(role, moment)
    ]
    if as_json:
        print_json(people)
        return
    if not people:
        typer.echo(f"nobody holds {role} at {moment:%Y-%m-%d %H:%M}")
    for each in people:
        typer.echo(f"{each['name']} ({each['id']}), {each['post']}; deputy: {each['deputy'] or 'none'}")


@app.command()
def sample(folder: Annotated[Path, typer.Argument(help="Where to write people.csv and duty.csv.")]) -> None:
    """Write a sample bureau to start from; nothing that exists is overwritten. 示例"""
    from resources import samples

    folder.mkdir(parents=True, exist_ok=True)
    for name in samples.FILES:
        path = folder / name
        if path.exists():
            raise typer.BadParameter(f"{path} exists; name another folder")
        path.write_bytes(samples.sample(name))
        typer.echo(f"written {path}")


def _source(path: Path) -> "Source":
    from resources.errors import RosterFileError
    from resources.roster_csv import Source

    try:
        return Source(str(path), path.read_bytes())
    except OSError as cause:
        raise RosterFileError(str(path), cause.strerror or str(cause)) from cause
