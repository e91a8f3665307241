"""What is written to take all time and memory is refused with a word, soon and in little memory."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from plans.compiler import compile_file
from plans.expressions import Truth, holds

here = Path(__file__).parent
# generous: one test machine is slower than another; what is hostile takes minutes or gigabytes when it is let in
seconds, megabytes = 5.0, 300
measured = """
import json, resource, sys, time
from pathlib import Path
from plans.compiler import examine

def peak():
    # Linux hands the peak of the process that started this one on to ru_maxrss; VmHWM begins anew
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

began = time.process_time()
found = examine(Path(sys.argv[1])).diagnostics
took = time.process_time() - began
print(json.dumps({
    "seconds": took,
    "megabytes": peak(),
    "said": [str(each) for each in found[:20]],
    "faults": len(found),
}))
"""


@dataclass(frozen=True)
class Report:
    seconds: float
    megabytes: float
    said: list[str]
    faults: int


def report_on(folder: Path, text: str | bytes) -> Report:
    """From a process of its own, so that its memory is its own."""
    file = folder / "plan.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = subprocess.run(
        [sys.executable, "-c", measured, str(file)], capture_output=True, text=True, cwd=here.parents[1], timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Report(**json.loads(done.stdout))


def whole(old: str, new: str) -> str:
    text = (here / "whole.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    return text.replace(old, new)


def extending(count: int, bases: int) -> dict[str, str]:
    """Files of which each extends the next ones, again and again."""
    return {f"b{n}.yaml": f"base: b{n}\nextends: [{', '.join([f'b{n + 1}'] * bases)}]\n" for n in range(count)}


def condition(text: str) -> str:
    return whole("end: {when: flow < 2000,", f"end: {{when: {json.dumps(text)},")


def template(text: str) -> str:
    return whole('call: {text: "{{ task }}：{{ link }}"', f"call: {{text: {json.dumps(text)}")


laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
maps = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{{', '.join(f'k{k}: *a{n - 1}' for k in range(10))}}}\n" for n in range(1, 10))
many_names = "plan: x\ntasks:\n" + "".join(f"  {'t' * 30}{n}: {{rolle: x, titel: y, after: [t{n + 1}]}}\n" for n in range(20_000))
deep_brackets = "(" * 900 + "flow" + ")" * 900 + " < 1"
nested_lists = " + ".join(["size([1,2,3].map(a, [1,2,3].map(b, [1,2,3].map(c, a))))"] * 30) + " > 1"

hostile: dict[str, tuple[str | bytes, str]] = {
    "aliases of lists": (laughs, "values once aliases are followed"),
    "aliases of mappings": (maps, "values once aliases are followed"),
    "an anchor within itself": ("plan: &a [*a]\n", "there is no finished anchor &a"),
    "ten megabytes of text": ("plan: " + "x" * 10_000_000, "larger than 4 MB"),
    "ten megabytes of lines": ("- x\n" * 2_500_000, "larger than 4 MB"),
    "just under four megabytes of items": ("[" + "x," * 1_900_000 + "x]", "values once aliases are followed"),
    "just under four megabytes of one key": ("plan: " + "x" * 3_900_000, "the plan is named"),
    "lists in lists": ("[" * 100_000, "nested deeper than 32 levels"),
    "mappings in mappings": ("".join(" " * n + "a:\n" for n in range(300)), "nested deeper than 32 levels"),
    "mappings in mappings in braces": ("{a: " * 100_000, "nested deeper than 32 levels"),
    "thousands of wrong names": (many_names, "has an unknown key"),
    "thousands of unknown keys": ("".join(f"key{n}: {n}\n" for n in range(60_000)), "has an unknown key"),
    "a long key": ("? " + "x" * 100_000 + "\n: y\n", "has an unknown key"),
    "a condition in brackets without end": (condition(deep_brackets), "[condition]"),
    "a condition of great length": (condition(" || ".join(["flow < 1"] * 10_000)), "at most 2000"),
    "a condition with loops": (condition(nested_lists), "[condition]"),
    "a condition of repeated lists": (condition("[0].all(a, " * 100 + "true" + ")" * 100), "[condition]"),
    "a template with loops": (template("{% for a in range(10**9) %}x{% endfor %}"), "[templates]"),
    "a template of brackets": (template("{{ " + "(" * 1900 + "task" + ")" * 1900 + " }}"), "[templates]"),
    "a template that multiplies": (template("{{ 'x' * 10**9 }}"), "[templates]"),
    "a template that raises to a power": (template("{{ 9**9**9 }}"), "[templates]"),
    "a template that fills up": (template("{{ '%999999999s'|format(task) }}"), "[templates]"),
    "a template that replaces what it made": (template("{{ task|replace('', 'xxxxxxxx')|replace('', task) }}"), "[templates]"),
    "a template that reaches out": (template("{{ task.__class__.__mro__[1].__subclasses__() }}"), "[templates]"),
    "a template of many ifs": (template("{% if task %}" * 300), "[templates]"),
    "bytes of nothing": (b"\x00" * 1_000_000, "[yaml]"),
    "extends itself": ("plan: x\nextends: [plan]\n", "extends itself"),
    "extends upward": ("plan: x\nextends: [../../../../../../../../etc/passwd]\n", "there is no plan"),
    "extends thousands": ("plan: x\nextends: [" + "base/municipal, " * 5000 + "]\n", "extends more than 32 files"),
}


@pytest.mark.parametrize("name", hostile)
def test_hostile_input_is_refused_soon_and_in_little_memory(tmp_path: Path, name: str) -> None:
    text, says = hostile[name]

    report = report_on(tmp_path, text)
    assert any(says in each for each in report.said), report.said[:5]
    assert report.seconds < seconds
    assert report.megabytes < megabytes


def test_bases_that_multiply_are_refused_before_they_are_read(tmp_path: Path) -> None:
    for name, text in extending(6, 9).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "b6.yaml").write_text("base: b6\n", encoding="utf-8")

    report = report_on(tmp_path, "plan: x\nextends: b0\n")

    assert any("extends more than 32 files" in each for each in report.said)
    assert report.seconds < seconds


ALLOWED = {
    "a condition of many nots": ("!" * 1900 + "night_work", Truth.UNKNOWN),
    "a pattern that others take ages for": ('("' + "a" * 500 + 'b").matches("(a+)+$")', Truth.FALSE),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_hostile_elsewhere_is_soon_answered_here(tmp_path: Path, name: str) -> None:
    text, verdict = ALLOWED[name]
    began = time.process_time()

    assert holds(compile_file(plan_with_link(tmp_path)), text, {}, {}) is verdict
    assert time.process_time() - began < seconds


def plan_with_link(folder: Path) -> Path:
    for name in ("whole", "small"):
        (folder / f"{name}.yaml").write_text((here / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return folder / "whole.yaml"
