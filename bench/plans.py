"""What it takes to check and compile a plan, beside reading the same file as YAML alone; and how that grows with its tasks."""

import gc
import math
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import yaml  # type: ignore[import-untyped]  # it ships no types

from plans import expression_checks, template
from plans.compiler import compile_file
from plans.extending import library, read_with_bases
from plans.reader import Mapping

RUNS = 5
SIZES = (100, 200, 500, 1000, 2000, 5000)
SAMPLE = "landslide"


@dataclass(frozen=True, slots=True)
class Compiling:
    """Seconds: medians. `parsing` is PyYAML's C parser making dicts of the same bytes, bases included."""

    tasks: int
    cold: float
    warm: float
    parsing: float


def compiling(file: Path) -> Compiling:
    """`cold`: nothing that was learnt from a plan before is known. `warm`: the same plan again."""
    plan = compile_file(file)
    cold = median(lambda: compile_file(file), before=forget)
    warm = median(lambda: compile_file(file))
    texts = [path.read_text(encoding="utf-8") for path in _files(file)]
    return Compiling(len(plan.tasks), cold, warm, median(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]))


def growth(folder: Path, sizes: Sequence[int] = SIZES) -> dict[int, float]:
    """Seconds for a plan of so many tasks, each with what most tasks have."""
    found = {}
    for size in sizes:
        file = folder / f"plan_{size}.yaml"
        file.write_text(with_tasks(size), encoding="utf-8")
        found[size] = median(lambda file=file: compile_file(file), before=forget)  # type: ignore[misc]  # one file each
    return found


def slope(points: dict[int, float]) -> float:
    """Of the straight line through the logarithms: 1 is linear, 2 is square."""
    return statistics.linear_regression([math.log(size) for size in points], [math.log(took) for took in points.values()]).slope


def median(work: Callable[[], object], before: Callable[[], None] = lambda: None) -> float:
    """Processor time, so that another process beside it counts for less."""
    times = []
    for _ in range(RUNS):
        before()
        gc.collect()
        began = process_time()
        work()
        times.append(process_time() - began)
    return statistics.median(times)


def forget() -> None:
    for cached in (expression_checks.check_condition, expression_checks.check_alert_expression, template.parsed):
        cached.cache_clear()
    for each in vars(template).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def with_tasks(count: int) -> str:
    """The landslide plan's head, and tasks in chains of ten, each with a condition, a repeat and evidence."""
    tasks = "".join(_task(number) for number in range(count))
    return f"""
plan: long
title: {{zh: 长预案, en: A long plan}}
version: "1"
owner: us
activate: [duty]
facts: {{flow: {{type: number, unit: m3/s, title: 流量}}}}
levels:
  IV: {{when: flow >= 1000, approve: [duty]}}
  III: {{when: flow >= 2000, approve: [duty]}}
roles: {{duty: {{title: 值班, alert: true}}}}
ladders: {{quick: {{title: 快, rungs: {{call: {{at: 0 min, tell: assignee}}, manual: {{at: 9 min, tell: duty, manual: true}}}}}}}}
tasks:
{tasks}messages:
{"".join(f"  {name}: {{text: '{{{{ task }}}}', short: '{{{{ task }}}}'}}{chr(10)}" for name in MESSAGES)}
end: {{when: flow < 500, hold: 1 h, approve: [duty]}}
"""


MESSAGES = ("call", "escalation", "manual", "proposal", "end", "notice", "withdrawn")


def _task(number: int) -> str:
    after = f"[t{number - 1}]" if number % 10 else "[]"
    return f"""  t{number}:
    title: {{zh: 任务{number}, en: Task {number}}}
    role: duty
    levels: IV-III
    after: {after}
    when: flow >= {1000 + number}
    ack: 5 min
    done: 30 min
    every: {{IV: 2 h, III: 1 h}}
    escalate: quick
    evidence: {{count: number, photo: [image]}}
"""


def _files(file: Path) -> list[Path]:
    """The plan and everything it extends."""
    root, _ = read_with_bases(file)
    assert isinstance(root, Mapping)
    named = {Path(entry.key.file).resolve() for section in (root, *_sections(root)) for entry in section.entries.values()}
    return sorted({file.resolve(), *named})


def _sections(root: Mapping) -> list[Mapping]:
    return [entry.value for entry in root.entries.values() if isinstance(entry.value, Mapping)]


def measured() -> tuple[Compiling, dict[int, float]]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        return compiling(library / f"{SAMPLE}.yaml"), growth(Path(folder))


def lines() -> list[str]:
    """What there is to say, a line each."""
    one, points = measured()
    return [
        f"the {SAMPLE} plan, {one.tasks} tasks: compiled in {one.cold * 1000:.0f} ms, again in {one.warm * 1000:.0f} ms",
        f"the same files as YAML alone: {one.parsing * 1000:.0f} ms, a plan takes {one.cold / one.parsing:.1f} × that",
        "tasks: " + ", ".join(f"{size:,} in {took:.2f} s" for size, took in points.items()),
        f"log-log slope {slope(points):.2f} (1 is linear)",
    ]
