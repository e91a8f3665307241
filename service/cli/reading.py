"""`tocsin reading …`: take in series of gauges and weather stations from CSV files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import AsJson, print_json

if TYPE_CHECKING:
    from service.desk.readings import FileReport

app = typer.Typer(no_args_is_help=True)
LONG = 200_000
"""Bytes from which a file takes long enough to show how far it is."""


@app.callback()
def _group() -> None:
    """Readings of gauges and weather series."""


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="CSV files with the columns time, plan, fact, value[, forecast, station].")],
    plan: Annotated[str, typer.Option(help="The plan of rows that name none.")] = "",
    source: Annotated[str, typer.Option(help="Where they come from; left out, the name of the file.")] = "",
    local: Annotated[bool, typer.Option("--local", help="Times without an offset are in the bureau's own zone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take readings in: triggers are followed, levels proposed, running responses told. 接入监测数据

    Exit 1 when a row was refused; the others were taken all the same.
    """
    from service.desk.readings import Reader, ingest_file
    from service.wiring import Home

    home = Home()
    reader = Reader(plan, home.zone if local else None)
    reports = []
    for file in files:
        with _progress(file) as moved:
            reports.append(ingest_file(home.readings, file, reader, source, moved))
    if as_json:
        print_json({"files": [report.view() for report in reports]})
    else:
        for report in reports:
            _print(report)
    if any(report.refused for report in reports):
        raise typer.Exit(1)


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal for a long file, nothing otherwise."""
    size = file.stat().st_size if file.exists() else 0
    if size < LONG or not sys.stderr.isatty():
        yield lambda _read: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(file.name, total=size)
        yield lambda read: progress.advance(bar, read)


def _print(report: "FileReport") -> None:
    typer.echo(
        f"{report.file}: {report.new} new, {report.known} known already, {report.corrected} corrected, {report.late} late, "
        f"{report.refused} refused"
    )
    for line, why in report.faults:
        typer.echo(f"  {report.file}:{line}: {why}")
    if report.refused > len(report.faults):
        typer.echo(f"  … and {report.refused - len(report.faults)} more")
    for proposal in report.proposals.values():
        typer.echo(f"  → {proposal['id']}  {proposal['plan']} {proposal['level']}  {proposal['state']}")
    for response in report.told:
        typer.echo(f"  told {response}")
