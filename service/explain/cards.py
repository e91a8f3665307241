"""Action cards (应急处置卡): for each role one page what it does first, by when, and who comes next."""

from collections.abc import Iterable, Iterator

from plans.graph import graph_of
from plans.model import Plan, Task
from service.explain.blocks import Card, Heading, Items, Paragraph, Part, Table
from service.explain.chapters import powers
from service.explain.teller import Teller

_few = 8


def cards(plan: Plan, teller: Teller) -> Iterator[Card]:
    order = {name: number for number, name in enumerate(graph_of(plan).order)}
    for role in plan.roles.values():
        tasks = sorted((task for task in plan.tasks.values() if task.role == role.name), key=lambda task: order[task.name])
        blocks = tuple(_blocks(plan, teller, role.name, tasks))
        yield Card(teller.say(role.title), f"{teller.word('card')} · {teller.say(plan.title)}", blocks)


def _blocks(plan: Plan, teller: Teller, role: str, tasks: list[Task]) -> Iterator[Part]:
    plain = [task for task in tasks if not task.report and not task.signal]
    yield Heading(teller.word("first"), 3)
    yield Paragraph(_first(teller, tasks))
    if plain:
        yield Heading(teller.word("then"), 3)
        columns = tuple(teller.word(key) for key in ("task", "begins", "your_limits", "keep_proof", "ladder"))
        yield Table(columns, tuple(_row(plan, teller, task) for task in plain), (30, 13, 22, 24, 11))
    if filed := [(task, task.report) for task in tasks if task.report]:
        yield Heading(teller.word("you_report"), 3)
        rows = [
            (teller.task(task.name), teller.after(task), teller.limits(task), teller.say(to) + teller.bracketed(teller.word(by)))
            for task, report in filed
            for to, by in [(report.to, report.by)]
        ]
        columns = tuple(teller.word(key) for key in ("report", "begins", "limits", "to"))
        yield Table(columns, tuple(rows), (28, 16, 30, 26))
    ladders = [plan.ladders[name] for name in dict.fromkeys(task.ladder for task in tasks)]
    climbs = [teller.named(teller.say(ladder.title), teller.climbs(ladder)) for ladder in ladders]
    yield from _part(teller.word("goes_up"), climbs)
    yield from _part(teller.word("you_call"), _next(plan, teller, role, tasks))
    yield from _part(teller.word("your_powers"), [*powers(plan, teller, role), *_comes_up(plan, teller, role)])


def _part(title: str, lines: Iterable[str]) -> Iterator[Part]:
    told = tuple(lines)
    if told:
        yield Heading(title, 3)
        yield Items(told)


def _first(teller: Teller, tasks: list[Task]) -> str:
    if not tasks:
        return teller.word("no_tasks")
    task = tasks[0]
    answer, done = teller.long(task.ack), teller.within(task.report) if task.report else f"≤ {teller.long(task.done)}"
    return teller.two(
        f"收到叫应后{answer}内应答，然后：{teller.task(task.name)}（{done}）。不能执行时立即回复，不要等待。",
        f"Answer the call within {answer}, then: {teller.task(task.name)} ({done}). If you cannot, say so at once; do not wait.",
    )


def _row(plan: Plan, teller: Teller, task: Task) -> tuple[str, ...]:
    title = teller.task(task.name)
    title += f"\n{teller.word('only_if')}{teller.condition(task.when)}" if task.when else ""
    needed = [teller.say(each.title) for each in task.evidence if each.required]
    more = teller.two("等", ", …") if len(needed) > _few else ""
    times = [f"{teller.long(task.ack)} / {teller.long(task.done)}"]
    times += [teller.repeats(task)] if task.every or task.every_case else []
    kept = (teller.listed(needed[:_few]) + more) or "—"
    return (title, teller.after(task), "\n".join(times), kept, teller.say(plan.ladders[task.ladder].title))


def _next(plan: Plan, teller: Teller, role: str, tasks: list[Task]) -> Iterator[str]:
    """Who goes on when something of this role is done: a line for each of them."""
    own = {task.name for task in tasks}
    following: dict[str, list[str]] = {}
    for task in plan.tasks.values():
        if task.role != role and any(name in own for name in task.after):
            following.setdefault(task.role, []).append(task.name)
    for other, names in following.items():
        yield teller.named(teller.role(other), teller.listed(teller.task(name) for name in names))


def _comes_up(plan: Plan, teller: Teller, role: str) -> Iterator[str]:
    """Ladders that reach this role at the same times are told together."""
    reached: dict[str, list[str]] = {}
    for ladder in plan.ladders.values():
        rungs = [rung for rung in ladder.rungs if rung.tell == role]
        told = [teller.long(rung.at) + (teller.bracketed(teller.word("manual")) if rung.manual else "") for rung in rungs]
        if told:
            reached.setdefault(teller.listed(told), []).append(teller.say(ladder.title))
    for times, ladders in reached.items():
        yield teller.named(teller.word("comes_up"), f"{times} – {teller.listed(ladders)}")
