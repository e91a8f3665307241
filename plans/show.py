"""The plan for a person: tables of its facts, levels, triggers, tasks, ladders and end, in Chinese or English."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from plans.model import Level, Phase, Plan, Rung, Task, Text
from plans.quantities import in_words

Language = Literal["zh", "en"]

_words: Mapping[str, Text] = {
    "facts": Text("事实", "Facts"),
    "levels": Text("响应级别", "Response levels"),
    "triggers": Text("触发条件（只作建议，由人批准）", "Triggers (they propose, a person approves)"),
    "tasks": Text("任务", "Tasks"),
    "recovery": Text("恢复阶段任务", "Recovery tasks"),
    "ladders": Text("升级阶梯", "Ladders"),
    "end": Text("终止", "End"),
    "name": Text("名称", "Name"),
    "title": Text("标题", "Title"),
    "type": Text("类型", "Type"),
    "default": Text("默认", "Default"),
    "level": Text("级别", "Level"),
    "when": Text("条件", "Condition"),
    "approve": Text("批准", "Approved by"),
    "expect": Text("预计", "Expected"),
    "proposes": Text("建议", "Proposes"),
    "code": Text("编号", "Code"),
    "role": Text("责任", "Role"),
    "after": Text("前置", "After"),
    "ack": Text("应答≤", "Answer ≤"),
    "done": Text("完成≤", "Done ≤"),
    "every": Text("重复", "Repeats"),
    "ladder": Text("阶梯", "Ladder"),
    "forecast": Text("含预报", "with forecast"),
    "every_channel": Text("全部渠道", "every channel"),
    "manual": Text("人工决定", "manual decision"),
    "assignee": Text("责任人", "assignee"),
    "deputy": Text("副岗", "deputy"),
    "for": Text("持续", "for"),
    "owner": Text("发布", "Owner"),
    "digest": Text("摘要", "Digest"),
}


def show(plan: Plan, language: Language) -> Iterator[RenderableType]:
    """What to print, in order."""
    return _Page(plan, language).parts()


def spoken_levels(levels: Iterable[Level]) -> str:
    """`IV–I` for a run of levels, else a list."""
    numbers = sorted(levels, reverse=True)
    if len(numbers) > 1 and numbers[0] - numbers[-1] == len(numbers) - 1:
        return f"{numbers[0].name}–{numbers[-1].name}"
    return ", ".join(level.name for level in numbers)


class _Page:
    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan, self.language = plan, language

    def parts(self) -> Iterator[RenderableType]:
        plan = self.plan
        yield Line(f"{self.say(plan.title)}  {plan.name} {plan.version}", style="bold")
        yield Line(f"{self.word('owner')}: {plan.owner}   {self.word('digest')}: {plan.digest[:12]}\n", style="dim")
        yield self._facts()
        yield self._levels()
        if plan.triggers:
            yield self._triggers()
        for key, phase in (("tasks", Phase.RESPONSE), ("recovery", Phase.RECOVERY)):
            # as on the printed plan; a stable sort keeps tasks without codes in the order of the file
            tasks = sorted((task for task in plan.tasks.values() if task.phase is phase), key=lambda task: task.code)
            if tasks:
                yield self._tasks(key, tasks)
        yield self._ladders()
        approvers = ", ".join(self.role(name) for name in plan.end.approve)
        yield Line(self.word("end"), style="bold")
        yield Line(f"  {plan.end.when}, {self.word('for')} {in_words(plan.end.hold)} → {self.word('approve')}: {approvers}")

    def word(self, key: str) -> str:
        return self.say(_words[key])

    def say(self, text: Text) -> str:
        return text.zh if self.language == "zh" else text.en

    def role(self, name: str) -> str:
        if name in self.plan.roles:
            return self.say(self.plan.roles[name].title)
        return self.word(name) if name in _words else name

    def _facts(self) -> Table:
        table = self._table("facts", "name", "title", "type", "default")
        for fact in self.plan.facts.values():
            kind = " ".join(part for part in (fact.type.value, fact.unit, " < ".join(fact.choices)) if part)
            forecast = f" ({self.word('forecast')})" if fact.forecast else ""
            default = (
                "" if fact.default is None else f"{fact.default:g}" if isinstance(fact.default, float) else str(fact.default)
            )
            table.add_row(fact.name, self.say(fact.title), kind + forecast, default)
        return table

    def _levels(self) -> Table:
        table = self._table("levels", "level", "when", "approve", "expect")
        for level, rule in self.plan.levels.items():
            approve = ", ".join(self.role(name) for name in rule.approve)
            table.add_row(level.name, Line(rule.when), approve, in_words(rule.expect) if rule.expect else "")
        return table

    def _triggers(self) -> Table:
        table = self._table("triggers", "name", "proposes", "when")
        for trigger in self.plan.triggers:
            table.add_row(trigger.name, trigger.propose.name, Line(trigger.when))
        return table

    def _tasks(self, key: str, tasks: Iterable[Task]) -> Table:
        table = self._table(key, "code", "title", "role", "level", "after", "ack", "done", "every", "ladder")
        for task in tasks:
            title = self.say(task.title) + (" ⚠" if task.life_safety else "")
            when = f"\n[{task.when}]" if task.when else ""
            after = ", ".join(self.plan.tasks[name].code or name for name in task.after)
            ladder = self.say(self.plan.ladders[task.ladder].title)
            every = _repeats(task.every)
            cells = (in_words(task.ack), in_words(task.done), every, ladder)
            table.add_row(task.code, Line(title + when), self.role(task.role), spoken_levels(task.levels), after, *cells)
        return table

    def _ladders(self) -> Table:
        table = self._table("ladders", "name", "title")
        for ladder in self.plan.ladders.values():
            steps = " → ".join(self._rung(rung) for rung in ladder.rungs)
            table.add_row(self.say(ladder.title), steps)
        return table

    def _rung(self, rung: Rung) -> str:
        channels = "+".join(rung.by) or self.word("every_channel")
        manual = f", {self.word('manual')}" if rung.manual else ""
        return f"{in_words(rung.at)} {self.role(rung.tell)} ({channels}{manual})"

    def _table(self, key: str, *columns: str) -> Table:
        table = Table(title=self.word(key), title_justify="left", title_style="bold")
        for column in columns:
            table.add_column(self.word(column), overflow="fold")
        return table


def _repeats(every: Mapping[Level, timedelta]) -> str:
    lengths = set(every.values())
    if len(lengths) == 1:
        return in_words(lengths.pop())
    return ", ".join(f"{level.name} {in_words(length)}" for level, length in sorted(every.items(), reverse=True))
