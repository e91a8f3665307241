"""`make bench`: first figures, each beside a peer or a physical limit in one run; medians of several runs."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from bench import plans, simulation
from bench.activation import activate, bureau, bytes_of_one, to_the_gateway
from bench.measure import Sample, at_once, median_of, one_at_a_time
from bench.peers import dbos, naive_prefect, raw_sqlite
from service.wiring import Home

RUNS = 3
ONE_BY_ONE = 200
AT_ONCE = 200
THREADS = 16
NAIVE_RUNS = 5

console = Console()


def main() -> None:
    table = Table(title="Tocsin: activation of the flood plan")
    for column in ("what", "p50 ms", "p99 ms", "a second", "beside Tocsin, one at a time"):
        table.add_column(column, justify="left" if column == "what" else "right")
    with console.status("measuring …") as status:
        rows = list(_rows(status.update))
        simulated = list(simulation.rows(status.update))
    ours = next(sample for name, sample in rows if name == OURS)
    for name, sample in rows:
        ratio = f"{ours.rate / sample.rate:.2f} ×" if name != OURS else "1"
        table.add_row(name, f"{sample.p50 * 1000:.1f}", f"{sample.p99 * 1000:.1f}", f"{sample.rate:.1f}", ratio)
    console.print(table)
    console.print("The last column: how many activations in the time of one of theirs. Above 1, Tocsin does more.")
    with console.status("compiling plans …"):
        compiled = plans.lines()
    for line in compiled:
        console.print(line, highlight=False)
    console.print(simulation.table(simulated))


OURS = "Tocsin, activation to the outbox, one at a time"


def _rows(tell: Callable[[str], None]) -> Iterator[tuple[str, Sample]]:
    with bureau() as home:
        plan, size = home.plans.named("flood"), bytes_of_one(home)
    tell(f"{len(plan.tasks)} tasks, {size} bytes an activation: one at a time")
    yield OURS, median_of([_fresh(lambda home: one_at_a_time(activate(home), ONE_BY_ONE)) for _ in range(RUNS)])
    tell(f"{AT_ONCE} at once")
    crowd = [_fresh(lambda home: at_once(activate(home), AT_ONCE, THREADS)) for _ in range(RUNS)]
    yield f"Tocsin, to the outbox, {AT_ONCE} at once", median_of(crowd)
    yield from _gateway(tell)
    with _folder() as folder, raw_sqlite(folder, size) as commit:
        tell("raw SQLite")
        yield f"raw SQLite, commits of {size} bytes", median_of([one_at_a_time(commit, ONE_BY_ONE) for _ in range(RUNS)])
    with _folder() as folder, dbos(folder) as workflow:
        tell("DBOS")
        yield (
            "DBOS, a workflow with one step, one at a time",
            median_of([one_at_a_time(workflow, ONE_BY_ONE) for _ in range(RUNS)]),
        )
        yield f"DBOS, {AT_ONCE} at once", median_of([at_once(workflow, AT_ONCE, THREADS) for _ in range(RUNS)])
    with _folder() as folder:
        tell("plain Prefect: its server starts")
        yield f"plain Prefect, a flow run with {len(plan.tasks)} task runs", naive_prefect(folder, len(plan.tasks), NAIVE_RUNS)


def _gateway(tell: Callable[[str], None]) -> Iterator[tuple[str, Sample]]:
    tell("to the gateway")
    samples = []
    for _ in range(RUNS):
        with bureau() as home:
            began = perf_counter()
            calls = [asyncio.run(to_the_gateway(home, 1))[0].calls[0] for _ in range(5)]
            samples.append(Sample(tuple(calls), perf_counter() - began))
    middle = median_of(samples)
    yield "Tocsin, to the first message a gateway accepted", Sample(middle.calls, sum(middle.calls))
    crowd = []
    for _ in range(RUNS):
        with bureau() as home:
            crowd.append(asyncio.run(to_the_gateway(home, AT_ONCE))[0])
    yield f"Tocsin, to the first accepted message, {AT_ONCE} at once", median_of(crowd)


def _fresh(measure: Callable[[Home], Sample]) -> Sample:
    """On a data folder of its own, warm: what people already have in hand slows the next call to them down."""
    with bureau() as home:
        activate(home)(0)
        return measure(home)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    main()
