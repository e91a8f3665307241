"""Simulation: the shipped night flood of 72 hours, all tasks and ladders, beside SimPy stepping the same number of events."""

import time
from collections.abc import Callable, Generator, Iterator
from zoneinfo import ZoneInfo

import simpy
from rich.console import Console
from rich.table import Table

from bench.measure import Sample, median_of, one_at_a_time
from flows.simulation.roster import invented
from flows.simulation.run import Run, simulate
from flows.simulation.runs import Experiment
from plans.catalog import load
from plans.scenario import find_scenario, load_scenario
from plans.scenario_model import Roster

RUNS = 3
IN_A_ROW = 24
PROCESSES = 2
ACTORS = 60
"""Processes of SimPy that wait at the same time, as our people and clocks do."""
OURS = "Tocsin, a run, one core"


def experiment() -> Experiment:
    plan = load("flood")
    scenario = load_scenario(find_scenario("flood_night"), load, plan)
    return Experiment(plan, scenario, invented(plan, scenario.roster or Roster()), ZoneInfo("Asia/Shanghai"), 1)


def one(of: Experiment, number: int) -> Run:
    return simulate(of.plan, of.scenario, of.duty, of.zone, of.seed, abs(number))


def stepping(events: int) -> None:
    """SimPy with that many events and nothing to decide at any of them."""
    environment = simpy.Environment()

    def actor(every: float) -> Generator[simpy.Event, None, None]:
        while True:
            yield environment.timeout(every)

    for number in range(ACTORS):
        environment.process(actor(1 + number / ACTORS))
    for _ in range(events):
        environment.step()


def rows(tell: Callable[[str], None] = lambda _: None) -> Iterator[tuple[str, Sample]]:
    """Alternating, so that a busy machine is busy for both."""
    tried = experiment()
    events = len(one(tried, 0).history)
    ours, theirs = list[Sample](), list[Sample]()
    for number in range(RUNS):
        tell(f"simulation {number + 1} of {RUNS}, {events} events a run")
        ours.append(one_at_a_time(lambda run: one(tried, run), IN_A_ROW, warm_up=1))
        theirs.append(one_at_a_time(lambda _: stepping(events), IN_A_ROW, warm_up=1))
    yield OURS, median_of(ours)
    tell(f"simulation in {PROCESSES} processes")
    yield f"Tocsin, {IN_A_ROW * 2} runs in {PROCESSES} processes, with their start", _shared(tried)
    yield f"SimPy, {events} events stepped, nothing decided", median_of(theirs)


def table(found: list[tuple[str, Sample]]) -> Table:
    result = Table(title="Tocsin: a flood of 72 hours simulated")
    for column in ("what", "p50 ms", "p99 ms", "runs a second", "beside a run of Tocsin"):
        result.add_column(column, justify="left" if column == "what" else "right")
    ours = next(sample for name, sample in found if name == OURS)
    for name, sample in found:
        ratio = "1" if name == OURS else f"{sample.rate / ours.rate:.1f} ×"
        result.add_row(name, f"{sample.p50 * 1000:.1f}", f"{sample.p99 * 1000:.1f}", f"{sample.rate:.1f}", ratio)
    return result


def main() -> None:
    console = Console()
    with console.status("measuring …") as status:
        found = list(rows(status.update))
    console.print(table(found))


def _shared(tried: Experiment) -> Sample:
    runs, began = IN_A_ROW * 2, time.perf_counter()
    tried.outcomes(runs, PROCESSES)
    whole = time.perf_counter() - began
    return Sample((whole / runs,) * runs, whole)


if __name__ == "__main__":
    main()
