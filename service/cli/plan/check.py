"""`tocsin plan check`: everything wrong with plans, as text for people, JSON for programs and SARIF for code review."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.plan.finding import FAULTS, UNUSABLE, plan_folders

if TYPE_CHECKING:
    from plans.compiler import Examination
    from plans.errors import PlanError

_many = 10
"""From so many files on, a progress bar says how far the check is."""


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


@dataclass(frozen=True, slots=True)
class Report:
    """What the check came to: each file looked at, and why others were not."""

    results: "Sequence[tuple[str, Examination]]"
    unusable: "Sequence[PlanError]"
    skipped: Sequence[Path]


def check(
    files: Annotated[list[str], typer.Argument(metavar="PLAN…", help="Files, names of plans, or folders with plans and bases.")],
    form: Annotated[Format | None, typer.Option("--format", help="How to print what is found. Default: text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="The day on which sources have to be valid. Default: today.")
    ] = "",
    against_roster: Annotated[
        str, typer.Option("--against-roster", metavar="DATE", help="Warn of roles that nobody holds on that day.")
    ] = "",
) -> None:
    """Find everything wrong with plans: exit 0 when they can run, 1 with faults, 2 when one cannot be read."""
    from plans.diagnostic import has_faults

    if as_json and form not in (None, Format.JSON):
        raise typer.BadParameter(f"--json and --format {form} ask for two forms; leave one of them out", param_hint="--json")
    day = _day(on, "--on") or _today()
    roster_day = _day(against_roster, "--against-roster")
    report = _examined(files, day)
    if roster_day:
        report = _against_roster(report, roster_day)
    _print(report, Format.JSON if as_json else form or Format.TEXT)
    if report.unusable:
        raise typer.Exit(UNUSABLE)
    if any(has_faults(examination.diagnostics) for _, examination in report.results):
        raise typer.Exit(FAULTS)


def _day(text: str, option: str) -> date | None:
    from plans.quantities import day, day_form

    found = day(text) if text else None
    if text and found is None:
        raise typer.BadParameter(f"{text!r} is no day; expected {day_form}", param_hint=option)
    return found


def _today() -> date:
    from store.clock import clock_from_environment

    # the day as the machine's zone has it: the settings would take longer than the check
    return clock_from_environment().now().astimezone().date()


def _examined(names: Iterable[str], day: date) -> Report:
    from plans.catalog import find
    from plans.compiler import examine
    from plans.errors import PlanError

    results: list[tuple[str, Examination]] = []
    unusable: list[PlanError] = []
    skipped: list[Path] = []
    paths: list[Path] = []
    for name in names:
        try:
            if Path(name).is_dir():
                found, others = _in_folder(Path(name))
                paths += found
                skipped += others
            else:
                paths.append(find(name, plan_folders()))
        except PlanError as error:
            unusable.append(error)
    for path in _with_progress(list(dict.fromkeys(paths))):
        try:
            results.append((str(path), examine(path, day)))
        except PlanError as error:
            unusable.append(error)
    return Report(results, unusable, skipped)


def _in_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """The plans and bases in a folder, and the other YAML files. Error: `NoPlansError` when it has none."""
    from plans.catalog import plans_in
    from plans.errors import NoPlansError

    found, others = plans_in(folder)
    if not found:
        raise NoPlansError(str(folder))
    return found, others


def _with_progress(paths: list[Path]) -> Iterable[Path]:
    """The same, with a bar on the terminal while there is much to do."""
    import sys

    if len(paths) < _many or not sys.stderr.isatty():
        return paths
    from rich.console import Console
    from rich.progress import track

    return track(paths, description="check", console=Console(stderr=True), transient=True)


def _against_roster(report: Report, day: date) -> Report:
    from service.roster_check import vacancies
    from service.wiring import Home

    home = Home()
    duty, zone = home.duty(), home.zone
    if not duty.shifts:
        typer.echo(
            "the duty roster is empty; begin with: tocsin roster sample FOLDER, then: tocsin roster import FOLDER", err=True
        )
        raise typer.Exit(UNUSABLE)
    results = []
    for path, examination in report.results:
        warnings = vacancies(Path(path), examination.plan, duty, day, zone) if examination.plan else []
        results.append((path, replace(examination, diagnostics=(*examination.diagnostics, *warnings))))
    return replace(report, results=results)


def _print(report: Report, form: Format) -> None:
    match form:
        case Format.TEXT:
            _print_text(report)
        case Format.JSON:
            checked = [_as_json(path, examination) for path, examination in report.results]
            unusable = [str(error) for error in report.unusable]
            skipped = [str(path) for path in report.skipped]
            _dump({"plans": checked, "unusable": unusable, "skipped": skipped})
        case Format.SARIF:
            from plans.sarif import sarif

            found = {path: examination.diagnostics for path, examination in report.results}
            _dump(sarif(found, [str(error) for error in report.unusable]))


def _dump(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_text(report: Report) -> None:
    for path, examination in report.results:
        for each in examination.diagnostics:
            typer.echo(str(each))
        plan = examination.plan
        if plan:
            typer.echo(f"OK: {plan.name} {plan.version}, {len(plan.tasks)} tasks, digest {plan.digest[:12]}")
        elif not examination.diagnostics:
            typer.echo(f"OK: {path} is a base plan, checked in full with each plan that extends it")
    for other in report.skipped:
        typer.echo(f"skipped: {other} is no plan: a scenario, or without 'plan', 'base' and 'extends'")
    for error in report.unusable:
        typer.echo(str(error), err=True)


def _as_json(path: str, examination: "Examination") -> dict[str, object]:
    plan = examination.plan
    found: dict[str, object] = {"file": path, "diagnostics": [each.as_json() for each in examination.diagnostics]}
    if plan:
        found |= {"plan": plan.name, "version": plan.version, "tasks": len(plan.tasks), "digest": plan.digest}
    return found
