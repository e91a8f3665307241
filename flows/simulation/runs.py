"""Many runs of one scenario, in this process or in several: the same outcomes in the same order, however they are shared out."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import tzinfo
from multiprocessing import get_context

from flows.simulation.outcome import Outcome, outcome
from flows.simulation.run import Moved, Run, simulate
from plans.model import Plan
from plans.scenario_model import Scenario
from resources.model import Duty

CHUNK = 4
"""Runs handed to a process at once: few enough for a bar that moves."""


@dataclass(frozen=True, slots=True)
class Experiment:
    plan: Plan
    scenario: Scenario
    duty: Duty
    zone: tzinfo
    seed: int

    def outcomes(self, runs: int, processes: int = 1, moved: Moved = lambda _runs: None) -> list[Outcome]:
        """Of runs 0 to `runs` - 1; `moved` hears how much more has been run, parts of a run too where one process does it all."""
        if processes <= 1 or runs <= CHUNK:
            return [outcome(self.one(number, moved)) for number in range(runs)]
        found: list[Outcome] = []
        for some in self._in_order(range(0, runs, CHUNK), runs, processes):
            found += some
            moved(len(some))
        return found

    def one(self, number: int, moved: Moved = lambda _runs: None) -> Run:
        return simulate(self.plan, self.scenario, self.duty, self.zone, self.seed, number, moved=moved)

    def _in_order(self, chunks: range, runs: int, processes: int) -> Iterator[list[Outcome]]:
        # a fork would take over threads of ours that draw the progress bar
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield from pool.map(self.some, chunks, [min(first + CHUNK, runs) for first in chunks])

    def some(self, first: int, end: int) -> list[Outcome]:
        return [outcome(self.one(number)) for number in range(first, end)]
