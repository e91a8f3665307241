"""A draft on the municipal base from what other people's files say: names are made, gaps filled and told at its top."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from plans.basics import Level, Text
from plans.cacao_plan_text import yaml_of
from plans.cacao_task_text import lengths, levels_text, title
from plans.extending import library, read_with_bases
from plans.quantities import in_words
from plans.reader import Mapping as MappingNode
from plans.reader import Node, Scalar
from plans.skeleton import FIRST_LINE, base_names
from plans.table_import_result import NotTaken, comments, one_line
from plans.task_order import circles
from plans.vocabulary import reserved

_base = "base/municipal"
_longest_name = 36
_grades = {
    "none": Text("无", "none"),
    "iv": Text("Ⅳ级", "IV"),
    "iii": Text("Ⅲ级", "III"),
    "ii": Text("Ⅱ级", "II"),
    "i": Text("Ⅰ级", "I"),
}
_answer, _finish = timedelta(minutes=5), timedelta(hours=1)
_no_circle = Text("前置任务互相等待", "the tasks wait for each other")


@dataclass(frozen=True, slots=True)
class DraftTask:
    """`key`: by which others name it in their `after`. `role`: its title in the file. None and empty: the file does not say."""

    where: str
    key: str
    title: Text
    code: str = ""
    role: str = ""
    levels: frozenset[Level] = frozenset()
    after: tuple[str, ...] = ()
    ack: timedelta | None = None
    done: timedelta | None = None
    every: Mapping[Level, timedelta] | None = None
    again: bool = False
    evidence: tuple[str, ...] = ()
    ladder: str = ""


@dataclass(frozen=True, slots=True)
class DraftPlan:
    name: str
    title: Text
    owner: str
    tasks: Sequence[DraftTask]
    facts: Mapping[str, Mapping[str, object]]
    """Entries of `facts` beside the grade."""
    source: str
    """What the draft was made from, for its top."""


def named(text: str, spare: str, taken: Container[str]) -> str:
    """A name for the language: from the English words of a text, else `spare`; with a number where it is taken."""
    words = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    base = (words if re.match(r"[a-z]", words) else spare)[: _longest_name - 4].strip("_") or spare
    number, name = 2, base
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def without_circles(tasks: Sequence[DraftTask]) -> tuple[list[DraftTask], list[NotTaken]]:
    """A task in a circle waits for nobody of it."""
    told: list[NotTaken] = []
    found = {task.key: task for task in tasks}
    while several := list(circles(found, lambda key: [each for each in found[key].after if each in found])):
        for circle in several:
            first = found[circle[0]]
            told.append(NotTaken(first.where, ", ".join(first.after), _no_circle))
            found[circle[0]] = replace(first, after=tuple(each for each in first.after if each not in circle))
    return list(found.values()), told


def drafted(plan: DraftPlan, not_taken: Sequence[NotTaken]) -> tuple[str, tuple[str, ...]]:
    """The text of the draft, and what a person still has to fill in."""
    roles = _roles(plan.tasks)
    names = _task_names(plan.tasks)
    missing = tuple(_missing(plan, roles))
    top = [
        f"由 {plan.source} 导入的草稿 / A draft from {plan.source}.",
        "尚缺 / Still missing:",
        *(f"  {each}" for each in missing),
    ]
    if not_taken:
        top += ["未采用 / Not taken:", *(f"  {each}" for each in comments(not_taken))]
    sections = {
        "plan": plan.name,
        "title": title(plan.title),
        "version": "0.1",
        "owner": plan.owner or "（发布单位）",
        "extends": [_base],
        "facts": {"grade": _grade(), **plan.facts},
        "levels": {
            level: {"when": f'rank(grade) >= rank("{level.lower()}")', "expect": "24 h"} for level in ("IV", "III", "II", "I")
        },
        "roles": {name: {"title": said} for said, name in roles.items() if name not in base_names("roles")},
        "tasks": {names[task.key]: _task(task, names, roles) for task in plan.tasks},
        "end": {
            "when": 'grade == "none"',
            "hold": "12 h",
            "sign": "sign_off",
        },
    }
    body = yaml_of({key: value for key, value in sections.items() if value != {}})
    return FIRST_LINE + "".join(f"# {'  ' * line.startswith('  ')}{one_line(line)}\n" for line in top) + body, missing


def ladder_named(text: str) -> str:
    """A ladder of the base by its name or title; empty when it has none."""
    return text if text in base_names("ladders") else _by_title("ladders").get(text.strip().lower(), "")


def _grade() -> dict[str, object]:
    of = {choice: title(text) for choice, text in _grades.items()}
    return {"type": "choice", "of": of, "title": {"zh": "事件分级", "en": "Grade of the event"}, "default": "none"}


def _missing(plan: DraftPlan, roles: Mapping[str, str]) -> Iterable[str]:
    yield "级别条件：现由人录入分级 / levels: a person records the grade until their conditions are written"
    yield "预警触发 / triggers: no alert or gauge proposes this plan yet"
    for what, zh, tasks in (
        ("ack: 5 min stands for", "应答时限", [task for task in plan.tasks if task.ack is None]),
        ("done: 1 h stands for", "完成时限", [task for task in plan.tasks if task.done is None]),
        ("levels: all stand for", "适用级别", [task for task in plan.tasks if not task.levels]),
        ("evidence: a text stands for", "佐证", [task for task in plan.tasks if not task.evidence]),
        ("role: the headquarters office stands for", "责任岗位", [task for task in plan.tasks if not task.role]),
    ):
        if tasks:
            yield f"{zh} / {what} {len(tasks)} of {len(plan.tasks)} tasks"
    ours = [f"{name}（{said}）" for said, name in roles.items() if name not in base_names("roles")]
    if ours:
        yield f"值班表中的岗位 / shifts in the roster for: {', '.join(ours)}"


def _roles(tasks: Iterable[DraftTask]) -> dict[str, str]:
    """Title in the file to name: that of the base where it has it."""
    found: dict[str, str] = {}
    taken = set(base_names("roles"))
    known = _by_title("roles")
    for said in dict.fromkeys(task.role for task in tasks if task.role):
        name = said.lower() if said.lower() in base_names("roles") else known.get(said.lower(), "")
        found[said] = name or named(said, f"role_{len(found) + 1}", taken)
        taken.add(found[said])
    return found


def _task_names(tasks: Iterable[DraftTask]) -> dict[str, str]:
    taken = {*reserved, *(name for section in ("tasks", "reports", "signals") for name in base_names(section))}
    found: dict[str, str] = {}
    for number, task in enumerate(tasks, 1):
        english = task.title.en if task.title.en != task.title.zh or task.title.en.isascii() else ""
        found[task.key] = named(english, named(task.code, f"task_{number}", ()), taken)
        taken.add(found[task.key])
    return found


def _task(task: DraftTask, names: Mapping[str, str], roles: Mapping[str, str]) -> dict[str, object]:
    levels = task.levels or frozenset(Level)
    entry = {
        "code": task.code,
        "title": title(task.title),
        "role": roles.get(task.role, "hq_office"),
        "levels": levels_text(levels),
        "after": [names[key] for key in task.after if key in names],
        "ack": in_words(task.ack if task.ack is not None else _answer),
        "done": in_words(task.done if task.done is not None else _finish),
        "every": lengths({level: each for level, each in (task.every or {}).items() if level in levels}, levels)
        if task.every
        else None,
        "again": ["level"] if task.again else None,
        "escalate": task.ladder or "operations",
        "evidence": _evidence(task),
    }
    return {key: value for key, value in entry.items() if value not in (None, "", [], {})}


def _evidence(task: DraftTask) -> dict[str, object]:
    given = task.evidence or ("完成情况 / what was done",)
    found: dict[str, object] = {}
    for number, words in enumerate(given, 1):
        kind = ["image?"] if re.search(r"照片|图片|影像|photo|picture", words.lower()) else "text"
        found[named(words, f"evidence_{number}", found)] = {"type": kind, "title": words}
    return found


def _by_title(section: str) -> dict[str, str]:
    """The titles that the base gives, in small letters, to names."""
    root, _ = read_with_bases(library / f"{_base}.yaml")
    entry = root.entries.get(section) if root else None
    if entry is None or not isinstance(entry.value, MappingNode):
        return {}
    return {words.lower(): name for name, each in entry.value.entries.items() for words in _titles(each.value)}


def _titles(node: Node) -> list[str]:
    inner = node.entries.get("title") if isinstance(node, MappingNode) else None
    if inner is None:
        return []
    texts = [each.value for each in inner.value.entries.values()] if isinstance(inner.value, MappingNode) else [inner.value]
    return [text.text for text in texts if isinstance(text, Scalar)]
