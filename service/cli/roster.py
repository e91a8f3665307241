"""`tocsin roster …`: who can be called and who is on duty; imported from two CSV files, all or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import AsJson, print_json

if TYPE_CHECKING:
    from resources.model import Duty, Person
    from resources.roster_csv import Roster
    from service.wiring import Home

app = typer.Typer(no_args_is_help=True)
At = Annotated[str, typer.Option("--at", help="A moment, as in '2026-11-24 08:00'; local time of the bureau. Default: now.")]
File = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Use this file.")]
PEOPLE, DUTY = "people.csv", "duty.csv"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a role, until the shift ends; None: no end is known."""

    role: str
    person: "Person"
    until: datetime | None
    deputy: str


@app.command("import")
def import_roster(
    folder: Annotated[
        Path | None, typer.Argument(exists=True, file_okay=False, help=f"The folder that holds {PEOPLE} and {DUTY}.")
    ] = None,
    people: File = None,
    duty: File = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong; import nothing.")] = False,
) -> None:
    """Replace the directory and the roster by what two CSV files say. 导入人员与值班表"""
    home = _home()
    roster = _read(home, *_files(folder, people, duty))
    for warning in roster.warnings:
        typer.echo(str(warning), err=True)
    for file in roster.files:
        typer.echo(f"{file.file}: {file.rows} rows, {file.encoding}")
    if check:
        typer.echo("nothing is wrong; nothing was imported (--check)")
        return
    _import(home, roster)


@app.command()
def show(at: At = "", as_json: AsJson = False) -> None:
    """Who holds each role. 谁在岗"""
    home = _home()
    moment = _moment(at, home)
    duty = home.duty()
    roles = list(dict.fromkeys(shift.role for shift in duty.shifts))
    held = {role: holders(duty, role, moment) for role in roles}
    if as_json:
        print_json({role: [_view(holder, home.zone) for holder in found] for role, found in held.items()})
    elif not roles:
        typer.echo("the roster is empty; begin with: tocsin roster sample FOLDER, then: tocsin roster import FOLDER")
    else:
        _print_table(held, moment, home.zone)


@app.command()
def who(role: Annotated[str, typer.Argument(help="A role, as in duty_officer.")], at: At = "", as_json: AsJson = False) -> None:
    """Who holds a role, and how to reach them. 谁值这个班"""
    home = _home()
    moment = _moment(at, home)
    duty = home.duty()
    found = holders(duty, role, moment)
    if as_json:
        print_json([_view(holder, home.zone) for holder in found])
    for holder in () if as_json else found:
        typer.echo(_line(holder, home.zone))
    if not found:
        typer.echo(_nobody(duty, role, moment.astimezone(home.zone)), err=True)
        raise typer.Exit(1)


@app.command()
def sample(folder: Annotated[Path, typer.Argument(file_okay=False, help="Where to write; made if it is not there.")]) -> None:
    """Write the two files of a sample bureau, to be filled in with one's own people. 生成样例"""
    from resources.samples import sample as content

    targets = [folder / name for name in (PEOPLE, DUTY)]
    for target in targets:
        if target.exists():
            typer.echo(f"{target}: is already there and was not touched; name another folder", err=True)
            raise typer.Exit(1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target in targets:
            # with the mark that makes Excel read the Chinese names right
            target.write_bytes(b"\xef\xbb\xbf" + content(target.name))
            typer.echo(f"{target}: written")
    except OSError as cause:
        typer.echo(f"{folder}: cannot be written: {cause.strerror}", err=True)
        raise typer.Exit(1) from cause


def holders(duty: "Duty", role: str, at: datetime) -> list[Holder]:
    """Who holds the role at that moment, and until when."""
    found = []
    for person in duty.holders(role, at):
        ends = [shift.end for shift in duty.shifts if (shift.role, shift.person) == (role, person.id) and shift.covers(at)]
        deputy = duty.deputy_of(person.id)
        until = None if None in ends else max(end for end in ends if end)
        found.append(Holder(role, person, until, deputy.name if deputy else ""))
    return found


def _home() -> "Home":
    from service.wiring import Home

    return Home()


def _files(folder: Path | None, people: Path | None, duty: Path | None) -> tuple[Path, Path]:
    people = people or (folder / PEOPLE if folder else None)
    duty = duty or (folder / DUTY if folder else None)
    if people is None or duty is None:
        raise typer.BadParameter(f"expected a folder with {PEOPLE} and {DUTY}, or both --people FILE and --duty FILE")
    return people, duty


def _read(home: "Home", people: Path, duty: Path) -> "Roster":
    from resources.errors import RosterFaultsError
    from resources.roster_csv import Source, read_roster
    from resources.sheet import content_of

    sources = (Source(str(people), content_of(people)), Source(str(duty), content_of(duty)))
    roles = {role for plan in home.active_plans() for role in plan.roles}
    try:
        return read_roster(*sources, home.zone, roles)
    except RosterFaultsError as faults:
        typer.echo(str(faults), err=True)
        raise typer.Exit(1) from faults


def _import(home: "Home", roster: "Roster") -> None:
    from resources.tables import replace

    with home.database.write() as connection:
        version = replace(connection, roster.duty, home.clock.now())
    exercising = sum(person.exercises for person in roster.duty.people.values())
    typer.echo(
        f"imported {len(roster.duty.people)} people ({exercising} take part in drills) "
        f"and {len(roster.duty.shifts)} shifts; roster version {version}"
    )


def _moment(at: str, home: "Home") -> datetime:
    from resources.moments import EXPECTED, read_moment

    if not at:
        return home.clock.now()
    moment = read_moment(at, home.zone)
    if moment is None:
        raise typer.BadParameter(f"--at {at!r} is no time; expected {EXPECTED}")
    return moment


def _view(holder: Holder, zone: tzinfo) -> dict[str, object]:
    person = holder.person
    return {
        "id": person.id,
        "name": person.name,
        "post": person.post,
        "organisation": person.organisation,
        "addresses": dict(person.addresses),
        "language": person.language,
        "deputy": person.deputy or None,
        "exercises": person.exercises,
        "until": holder.until.astimezone(zone).isoformat() if holder.until else None,
    }


def _line(holder: Holder, zone: tzinfo) -> str:
    person = holder.person
    about = [f"{person.name} ({person.id})", " ".join(filter(None, (person.organisation, person.post)))]
    about += [person.addresses["sms"], f"until {_short(holder.until, zone)}" if holder.until else ""]
    return ", ".join(filter(None, [*about, f"deputy {holder.deputy}" if holder.deputy else "no deputy"]))


def _short(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _nobody(duty: "Duty", role: str, at: datetime) -> str:
    from resources.sheet import nearest

    roles = sorted({shift.role for shift in duty.shifts})
    if role in roles:
        return f"nobody holds {role} at {at:%Y-%m-%d %H:%M}; add a shift to {DUTY} and import it again"
    return f"the roster has no role {role!r}; it has: {', '.join(roles) or 'none, it is empty'}{nearest(role, roles)}"


def _print_table(held: Mapping[str, Iterable[Holder]], at: datetime, zone: tzinfo) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"On duty at {_short(at, zone)} · 在岗")
    for column in ("role", "person", "post", "phone", "until", "deputy"):
        table.add_column(column, no_wrap=column in ("role", "phone"))
    for role, found in held.items():
        for holder in found:
            person = holder.person
            until = _short(holder.until, zone) if holder.until else ""
            table.add_row(role, person.name, person.post, person.addresses["sms"], until, holder.deputy or "–")
        if not found:
            table.add_row(role, "[red]nobody[/red]", "", "", "", "")
    Console().print(table)
