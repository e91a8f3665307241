"""`tocsin plan simulate`: a plan in virtual time with modelled people, once as a timeline or a thousand times as figures."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import AsJson, print_json

if TYPE_CHECKING:
    from flows.simulation.runs import Experiment

ONE_CORE = 1


def simulate(
    plan: Annotated[str, typer.Argument(help="A plan's name, or its file.")],
    scenario: Annotated[str, typer.Option(help="A scenario's name, as in flood_night, or its file.")],
    runs: Annotated[int, typer.Option(min=1, max=100_000, help="1 prints the timeline, more print figures.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same runs.")] = 1,
    parallel: Annotated[int, typer.Option(min=1, max=256, help="How many processes; the figures stay the same.")] = ONE_CORE,
    roster: Annotated[bool, typer.Option("--roster", help="The bureau's own roster in place of invented people.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report with its plots to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Would this plan have worked? Run it in virtual time with people who answer late or not at all. 推演预案"""
    if html:
        from service.simulation.report import require_writable

        # a thousand runs for a file that cannot be written would be in vain
        require_writable(html)
    experiment = _experiment(plan, scenario, seed, roster=roster)
    if runs == 1 and not html:
        _print_timeline(experiment, as_json=as_json)
        return
    from flows.simulation.summary import summary

    with _progress(runs) as moved:
        outcomes = experiment.outcomes(runs, parallel, moved)
    figures = summary(experiment.plan, experiment.scenario, experiment.duty, outcomes)
    if html:
        from service.simulation.report import write_report

        write_report(experiment, figures, outcomes, html)
        typer.echo(f"{html}: the report of {runs} runs", err=True)
    if as_json:
        from service.simulation.views import summary_view

        print_json(summary_view(experiment, figures))
    else:
        from service.cli.simulation_pictures import print_summary

        print_summary(experiment, figures)


def _experiment(plan_name: str, scenario_name: str, seed: int, *, roster: bool) -> "Experiment":
    from zoneinfo import ZoneInfo

    from flows.simulation.roster import invented
    from flows.simulation.runs import Experiment
    from plans.catalog import load
    from plans.scenario import find_scenario, load_scenario
    from plans.scenario_model import Roster
    from service.folder import folder_from_environment
    from service.settings import read_settings

    folder = folder_from_environment()
    folders = (folder.plans,) if folder.plans.is_dir() else ()
    plan = load(plan_name, folders)
    scenario = load_scenario(find_scenario(scenario_name, folders), lambda name: load(name, folders), plan)
    zone = ZoneInfo(read_settings(folder.settings).zone)
    if roster:
        from service.wiring import Home

        return Experiment(plan, scenario, Home().duty(), zone, seed)
    return Experiment(plan, scenario, invented(plan, scenario.roster or Roster()), zone, seed)


def _print_timeline(experiment: "Experiment", *, as_json: bool) -> None:
    with _progress(1) as moved:
        run = experiment.one(0, moved)
    if as_json:
        from service.simulation.views import run_view

        print_json(run_view(experiment, run))
        return
    from service.cli.simulation_pictures import print_timeline

    print_timeline(experiment, run)


@contextmanager
def _progress(runs: int) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal, nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("simulating 推演", total=runs)
        yield lambda done: progress.advance(bar, done)
