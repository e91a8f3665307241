"""The first draft of a plan, made from a few answers: it stands on the municipal base and checks as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from plans.basics import Text
from plans.extending import library, read_with_bases
from plans.reader import Mapping as MappingNode

_base = "base/municipal"
FIRST_LINE = "# yaml-language-server: $schema=plan.schema.json\n"


@dataclass(frozen=True, slots=True)
class FirstTask:
    name: str
    title: str
    role: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The number that decides on the level, and what it must reach for IV, III, II and I."""

    name: str
    title: str
    unit: str
    thresholds: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Outline:
    """`hazards`: words in the events of the alerts that propose the plan; `roles`: titles of roles that the base has not."""

    name: str
    title: Text
    owner: str
    hazards: tuple[str, ...]
    measure: Measure
    tasks: tuple[FirstTask, ...]
    roles: Mapping[str, str]


def drafted(outline: Outline) -> str:
    """The text of the file."""
    return "\n".join(
        [FIRST_LINE + _head(outline), _facts(outline.measure), _levels(outline.measure), _triggers(outline), _rest(outline)]
    )


@cache
def base_names(section: str) -> frozenset[str]:
    """What the base of a first draft declares in a section."""
    root, _ = read_with_bases(library / f"{_base}.yaml")
    entry = root.entries.get(section) if root else None
    return frozenset(entry.value.entries) if entry and isinstance(entry.value, MappingNode) else frozenset()


def like(source: str, name: str, title: Text, owner: str) -> str:
    """Another plan's text with a name, title, owner and version of its own; its comments stay."""
    written = source if source.startswith("# yaml-language-server") else FIRST_LINE + source
    for key, value in (("plan", name), ("title", _both(title)), ("version", '"1"'), ("owner", _quoted(owner))):
        # the key with the lines that are indented below it
        pattern = rf"^{key}:.*(?:\n[ \t]+.*)*"
        line = f"{key}: {value}"
        # a text has backslashes of its own: they are no groups of the pattern
        written, count = re.subn(pattern, line.replace("\\", "\\\\"), written, count=1, flags=re.MULTILINE)
        written = written if count else f"{written.rstrip()}\n{line}\n"
    return written


def _head(outline: Outline) -> str:
    return f"""\
# A first draft: every figure is a placeholder until the bureau confirms it. Delete this line when all are confirmed.
# The base brings the duty office, the approval chain, the spine from verify to archive, the reports and the signals.
plan: {outline.name}
title: {_both(outline.title)}
version: "0.1"
owner: {_quoted(outline.owner)}
extends: [{_base}]
"""


def _facts(measure: Measure) -> str:
    title, unit = _quoted(measure.title), _quoted(measure.unit)
    lines = [
        "# What decides on the level. A value that nobody has renewed within `fresh` is unknown, not low.",
        "facts:",
        f"  {measure.name}: {{type: number, unit: {unit}, title: {title}, forecast: true, fresh: 8 h}}",
    ]
    for level, value in zip(("IV", "III", "II", "I"), measure.thresholds, strict=True):
        told = _quoted(f"{measure.title}：{level}级")
        lines.append(f"  {measure.name}_{level.lower()}: {{type: number, unit: {unit}, title: {told}, default: {value}}}")
    return "\n".join(lines) + "\n"


def _levels(measure: Measure) -> str:
    lines = ["# Observed or forecast; who approves stands in the base. `tocsin plan show` shows all of it.", "levels:"]
    for level in ("IV", "III", "II", "I"):
        limit = f"{measure.name}_{level.lower()}"
        lines.append(f"  {level}: {{when: {measure.name} >= {limit} || {measure.name}.forecast >= {limit}, expect: 24 h}}")
    return "\n".join(lines) + "\n"


def _triggers(outline: Outline) -> str:
    measure, lowest = outline.measure.name, f"{outline.measure.name}_iv"
    lines = [
        "# They propose, a person approves.",
        "triggers:",
        "  rising:",
        "    on: reading",
        f"    when: {measure} >= {lowest} || {measure}.forecast >= {lowest}",
        "    for: 10 min",
        "    propose: IV",
    ]
    if outline.hazards:
        words = " || ".join(f"alert.event.contains({_quoted(word)})" for word in outline.hazards)
        condition = f'alert.status == "Actual" && ({words})'
        lines += [
            "  warning:",
            "    on: cap",
            f"    when: {_single_quoted(condition)}",
            "    propose: {I: alert.level == 1, II: alert.level == 2, III: alert.level == 3, IV: alert.level == 4}",
        ]
    return "\n".join(lines) + "\n"


def _rest(outline: Outline) -> str:
    measure = outline.measure.name
    roles = [f"  {name}: {{title: {_quoted(title)}}}" for name, title in outline.roles.items()]
    lines = ["roles:", *roles, ""] if roles else []
    lines += [
        "# Life-safety tasks get `life_safety: true` and wait for no approval. `source` names the law behind a deadline.",
        "tasks:",
    ]
    for number, task in enumerate(outline.tasks, 1):
        lines += _task(task, number)
    lines += [
        "",
        "end:",
        f"  when: {measure} < {measure}_iv && (!known({measure}.forecast) || {measure}.forecast < {measure}_iv)",
        "  hold: 12 h",
        "  sign: sign_off",
    ]
    return "\n".join(lines) + "\n"


def _task(task: FirstTask, number: int) -> Iterator[str]:
    yield f"  {task.name}:"
    yield f"    code: T{number:02}"
    yield f"    title: {_quoted(task.title)}"
    yield f"    role: {task.role}"
    yield from ("    levels: IV-I", "    after: [approve]", "    ack: 5 min", "    done: 1 h", "    escalate: operations")
    yield "    evidence: {result: {type: text, title: {zh: 完成情况, en: What was done}}}"


def _both(title: Text) -> str:
    return f"{{zh: {_quoted(title.zh)}, en: {_quoted(title.en)}}}"


def _quoted(text: str) -> str:
    """In double quotes, where every sign of a text is only that."""
    return json.dumps(text, ensure_ascii=False)


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
