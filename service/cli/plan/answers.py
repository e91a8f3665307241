"""The answers that a first draft is made from: taken from options, asked for at a terminal, or placeholders."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from plans.skeleton import FirstTask, Measure

Answer = TypeVar("Answer")

_name = re.compile(r"[a-z][a-z0-9_]{0,35}")
_name_form = "small letters, digits and _, at most 36, such as levee_patrol"
_task = re.compile(r"\s*(\w+)\s*=\s*(.*\S)\s*@\s*(\w+)\s*")
_placeholder_task = "act=现场处置@county_hq"


class Ask:
    """`silent`: nobody is there to answer."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def text(self, question: str, given: str, placeholder: str) -> str:
        return self(question, given, placeholder, str.strip)

    def __call__(self, question: str, given: str, placeholder: str, read: Callable[[str], Answer]) -> Answer:
        """`read` raises `BadParameter` for what is no answer; at a terminal the question is asked again."""
        if given.strip() or self.silent:
            return read(given.strip() or placeholder)
        answer: Answer = typer.prompt(question, default=placeholder, show_default=bool(placeholder), value_proc=read)
        return answer


def plan_name(text: str) -> str:
    return _named(text, "the plan")


def words(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in re.split("[,，、]", text) if each.strip())


def measure(ask: Ask, fact: str, unit: str, thresholds: str) -> "Measure":
    from plans.skeleton import Measure

    name, title = ask("The number that decides on the level, NAME=TITLE 定级指标", fact, "amount=指标值", _free_name)
    its_unit = ask.text("Its unit 单位", unit, "1")
    limits = ask("What it must reach for IV, III, II and I, with commas 各级阈值", thresholds, "10,20,30,40", _rising)
    return Measure(name, title, its_unit, limits)


def first_tasks(ask: Ask, given: Iterable[str]) -> "tuple[FirstTask, ...]":
    """At least one; without a terminal a placeholder when none is given."""
    found = [_first_task(text) for text in given]
    if not found and ask.silent:
        found = [_first_task(_placeholder_task)]
    elif not found:
        found = [ask("The first task, NAME=TITLE@ROLE 首个任务", "", _placeholder_task, _first_task)]
        while more := ask("Another task, or nothing 下一个任务（可空）", "", "", _task_or_nothing):
            found.append(more)
    twice = [task.name for task in found if [each.name for each in found].count(task.name) > 1]
    if twice:
        raise typer.BadParameter(f"two tasks are named {twice[0]!r}; expected a name for each")
    return tuple(found)


def titles_of_roles(tasks: "Iterable[FirstTask]", given: Iterable[str]) -> Mapping[str, str]:
    """Of the roles that the base has not; one without a title is shown by its name."""
    from plans.skeleton import base_names

    titles = dict(name_and_title(text) for text in given)
    unused = titles.keys() - {task.role for task in tasks}
    if unused:
        raise typer.BadParameter(f"no task is for the role {min(unused)!r}; expected a role of one of the tasks")
    ours = dict.fromkeys(task.role for task in tasks if task.role not in base_names("roles"))
    return {name: name.replace("_", " ") for name in ours} | titles


def name_and_title(text: str) -> tuple[str, str]:
    """`flow=流量`; a name alone is its own title."""
    name, _, title = text.partition("=")
    return _named(name.strip(), "the left side"), title.strip() or name.strip()


def _free_name(text: str) -> tuple[str, str]:
    from plans.vocabulary import reserved

    name, title = name_and_title(text)
    if name in reserved:
        raise typer.BadParameter(f"{name!r} is a word of the language; expected another name for the number")
    return name, title


def _task_or_nothing(text: str) -> "FirstTask | None":
    return _first_task(text) if text.strip() else None


def _first_task(text: str) -> "FirstTask":
    from plans.skeleton import FirstTask, base_names

    match = _task.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no task; expected NAME=TITLE@ROLE, such as patrol=巡查@patrol_team")
    name = _named(match[1], "the task")
    if any(name in base_names(section) for section in ("tasks", "reports", "signals")):
        raise typer.BadParameter(f"the base has a task {name!r} already; expected another name")
    return FirstTask(name, match[2], _named(match[3], "the role"))


def _rising(text: str) -> tuple[str, str, str, str]:
    from plans.quantities import number

    numbers = words(text)
    values = [number(each) for each in numbers]
    known = [each for each in values if each is not None]
    if len(known) != 4 or len(values) != 4 or any(lower >= higher for lower, higher in pairwise(known)):
        raise typer.BadParameter(f"{text!r} is for no levels; expected four rising numbers for IV, III, II and I")
    iv, iii, ii, i = numbers
    return iv, iii, ii, i


def _named(text: str, what: str) -> str:
    if not _name.fullmatch(text):
        raise typer.BadParameter(f"{what} is named {text!r}; expected {_name_form}")
    return text
