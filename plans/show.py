"""The plan for a person: tables of its facts, levels, triggers, tasks, ladders and end, in Chinese or English."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from plans.ending import end_chains
from plans.model import Fact, FindingKind, Level, Phase, Plan, Report, Rung, Signal, Task, Text
from plans.quantities import in_words
from plans.show_words import words

Language = Literal["zh", "en"]


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
        if plan.findings:
            yield self._findings()
        # as on the printed plan; a stable sort keeps tasks without codes in the order of the file
        tasks = sorted(plan.tasks.values(), key=lambda task: task.code)
        for key, phase in (("tasks", Phase.RESPONSE), ("recovery", Phase.RECOVERY)):
            if some := [task for task in tasks if task.phase is phase and not task.report and not task.signal]:
                yield self._tasks(key, some)
        if reports := [(task, task.report) for task in tasks if task.report]:
            yield self._reports(reports)
        if signals := [(task, task.signal) for task in tasks if task.signal]:
            yield self._signals(signals)
        if plan.links:
            yield self._links()
        yield self._ladders()
        yield Line(self.word("end"), style="bold")
        yield Line(f"  {plan.end.when}, {self.word('for')} {in_words(plan.end.hold)}")
        for roles, levels in end_chains(plan).items():
            approvers = ", ".join(self.role(name) for name in roles)
            yield Line(f"  {spoken_levels(levels)} → {self.word('approve')}: {approvers}")

    def word(self, key: str) -> str:
        return self.say(words[key])

    def say(self, text: Text) -> str:
        return text.zh if self.language == "zh" else text.en

    def role(self, name: str) -> str:
        if name in self.plan.roles:
            return self.say(self.plan.roles[name].title)
        return self.word(name) if name in words else name

    def _facts(self) -> Table:
        table = self._table("facts", "name", "title", "type", "default")
        for fact in self.plan.facts.values():
            kind = " ".join(part for part in (fact.type.value, fact.unit, " < ".join(fact.choices)) if part)
            forecast = f" ({self.word('forecast')})" if fact.forecast else ""
            default = (
                "" if fact.default is None else f"{fact.default:g}" if isinstance(fact.default, float) else str(fact.default)
            )
            table.add_row(fact.name, self.say(fact.title), kind + forecast + self._grades(fact), default)
        return table

    def _grades(self, fact: Fact) -> str:
        if not fact.table:
            return ""
        return f" ({self.word('grades')} {', '.join(column.fact for column in fact.table)})"

    def _levels(self) -> Table:
        table = self._table("levels", "level", "when", "approve", "expect")
        for level, rule in self.plan.levels.items():
            approve = [", ".join(self.role(name) for name in rule.approve)]
            approve += [self.word("two_person")] if rule.two_person else []
            approve += [f"{self.word('paper')} {in_words(rule.paper)}"] if rule.paper else []
            when = self._lasting(rule.when, rule.hold, "keep", rule.keep)
            table.add_row(level.name, when, "\n".join(approve), in_words(rule.expect) if rule.expect else "")
        return table

    def _lasting(self, when: str, hold: timedelta, key: str, condition: str) -> Line:
        """A condition, how long it must hold, and what ends it."""
        held = f"{self.word('for')} {in_words(hold)}" if hold else ""
        ends = f"{self.word(key)} {condition}" if condition else ""
        return Line("\n".join(part for part in (when, held, ends) if part))

    def _triggers(self) -> Table:
        table = self._table("triggers", "name", "proposes", "when")
        for trigger in self.plan.triggers:
            when = self._lasting(trigger.when, trigger.hold, "release", trigger.release)
            when = Line(f"{when}\n{self.word('event')}") if trigger.event else when
            table.add_row(trigger.name, trigger.propose.name, when)
        return table

    def _findings(self) -> Table:
        table = self._table("findings", "name", "title", "opened_by")
        for kind in self.plan.findings.values():
            table.add_row(kind.name, self.say(kind.title), Line(self._opened_by(kind)))
        return table

    def _opened_by(self, kind: FindingKind) -> str:
        every = f"{self.word('at_intervals')} {in_words(kind.every)}" if kind.every else ""
        by = ", ".join(self.role(name) for name in kind.report)
        parts = [part for part in (by, kind.when, every) if part]
        return "; ".join(parts) or self.word("anybody")

    def _tasks(self, key: str, tasks: Iterable[Task]) -> Table:
        table = self._table(key, "code", "title", "role", "level", "after", "ack", "done", "every", "ladder")
        for task in tasks:
            ladder = self.say(self.plan.ladders[task.ladder].title)
            cells = (in_words(task.ack), in_words(task.done), self._repeats(task), ladder)
            levels = spoken_levels(task.levels)
            table.add_row(task.code, self._titled(task), self.role(task.role), levels, self._after(task), *cells)
        return table

    def _reports(self, reports: Iterable[tuple[Task, Report]]) -> Table:
        table = self._table("reports", "code", "title", "role", "level", "after", "within", "to", "every")
        for task, report in reports:
            within = f"{_by_level(report.within)} {self.word(report.clock_from.value)}"
            to = f"{self.say(report.to)} ({report.by})"
            cells = (spoken_levels(task.levels), self._after(task), within, to, self._repeats(task))
            table.add_row(task.code, self._titled(task), self.role(task.role), *cells)
        return table

    def _signals(self, signals: Iterable[tuple[Task, Signal]]) -> Table:
        table = self._table("signals", "code", "title", "send", "stops", "heads", "ack", "done")
        for task, signal in signals:
            send, stops = ", ".join(self.role(name) for name in signal.send), ", ".join(self._names(signal.stops))
            cells = (self.role(task.role), in_words(task.ack), in_words(task.done))
            table.add_row(task.code, self.say(task.title), send, stops, *cells)
        return table

    def _links(self) -> Table:
        table = self._table("links", "plan", "when", "reason")
        for link in self.plan.links.values():
            level = f" {link.level.name}" if link.level else ""
            table.add_row(link.plan + level, Line(link.when), self.say(link.reason))
        return table

    def _titled(self, task: Task) -> Line:
        """The title, and in lines of their own when it opens, comes round and stands still."""
        details = {
            "each": self.say(self.plan.findings[task.each].title) if task.each else "",
            "confirms": ", ".join(self._names((task.confirms,))) if task.confirms else "",
            "pause": task.pause,
            "again": ", ".join(task.again),
            "reopens": ", ".join(self._names(task.reopens)),
            "progress": _by_level(task.progress),
        }
        lines = [self.say(task.title) + (" ⚠" if task.life_safety else ""), f"[{task.when}]" if task.when else ""]
        lines += [f"{self.word(key)} {said}" for key, said in details.items() if said]
        return Line("\n".join(line for line in lines if line))

    def _names(self, tasks: Iterable[str]) -> list[str]:
        return [self.plan.tasks[name].code or name for name in tasks]

    def _after(self, task: Task) -> str:
        limits = [task.after_at_most.get(name) for name in task.after]
        waits = [f" ({self.word('at_most')} {in_words(limit)})" if limit else "" for limit in limits]
        return ", ".join(name + wait for name, wait in zip(self._names(task.after), waits, strict=True))

    def _repeats(self, task: Task) -> Line:
        cases = []
        for case in task.every_case:
            during = f"≤ {in_words(case.during)}" if case.during else ""
            cases.append(f"[{' '.join(part for part in (during, case.when) if part)}] {_by_level(case.every)}")
        cases.append(_by_level(task.every))
        cases.append(f"{self.word('earliest')} {_by_level(task.earliest)}" if task.earliest else "")
        limits = {"while": task.repeat_while, "until": task.repeat_until}
        cases += [f"{self.word(key)} [{condition}]" for key, condition in limits.items() if condition]
        return Line("\n".join(case for case in cases if case))

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


def _by_level(every: Mapping[Level, timedelta]) -> str:
    lengths = set(every.values())
    if len(lengths) == 1:
        return in_words(lengths.pop())
    return ", ".join(f"{level.name} {in_words(length)}" for level, length in sorted(every.items(), reverse=True))
