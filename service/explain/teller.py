"""How a plan document says roles, durations, conditions, limits and sources, in one language."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from plans.condition_words import in_plain_words, ways
from plans.graph_words import Language, run_of, spoken
from plans.model import Ladder, Level, Plan, Report, Rung, Task, Text
from service.explain.words import WORDS

_article = re.compile(r"art\. ?([\d–-]+)")


class Teller:
    def __init__(self, plan: Plan, language: Language, titles: Mapping[str, Text] | None = None) -> None:
        """`titles` of the plans that this one proposes, by name."""
        self.plan, self.language, self._titles = plan, language, titles or {}

    def say(self, text: Text) -> str:
        return text.zh if self.language == "zh" else text.en

    def two(self, chinese: str, english: str) -> str:
        return chinese if self.language == "zh" else english

    def word(self, key: str) -> str:
        return self.say(WORDS[key]) if key in WORDS else key

    def listed(self, parts: Iterable[str]) -> str:
        return self.two("、", ", ").join(part for part in parts if part)

    def clauses(self, parts: Iterable[str]) -> str:
        return self.two("；", "; ").join(part for part in parts if part)

    def role(self, name: str) -> str:
        given = self.plan.roles.get(name)
        return self.say(given.title) if given else self.word(name)

    def roles(self, names: Iterable[str]) -> str:
        return self.listed(self.role(name) for name in names)

    def plan_title(self, name: str) -> str:
        return self.say(self._titles[name]) if name in self._titles else name

    def task(self, name: str) -> str:
        task = self.plan.tasks[name]
        return f"{task.code} {self.say(task.title)}".strip()

    def code(self, name: str) -> str:
        task = self.plan.tasks[name]
        return task.code or self.say(task.title)

    def tasks(self, names: Iterable[str]) -> str:
        return self.listed(self.code(name) for name in names)

    def long(self, length: timedelta) -> str:
        return spoken(length, self.language)

    def by_level(self, lengths: Mapping[Level, timedelta]) -> str:
        if len(set(lengths.values())) == 1:
            return self.long(next(iter(lengths.values())))
        return self.listed(f"{level.name}: {self.long(length)}" for level, length in sorted(lengths.items(), reverse=True))

    def levels(self, levels: Iterable[Level]) -> str:
        return run_of(levels)

    def condition(self, condition: str) -> str:
        return in_plain_words(self.plan, condition, self.language)

    def ways(self, condition: str) -> str:
        """In lines, when one of several is enough."""
        told = ways(self.plan, condition, self.language)
        return (
            told[0]
            if len(told) == 1
            else "\n".join([self.word("one_of"), *(f"({number}) {each}" for number, each in enumerate(told, 1))])
        )

    def source(self, source: str) -> str:
        """A law by its title, with the article."""
        name, _, rest = source.partition(" ")
        title = self.plan.sources[name].title if name in self.plan.sources else name
        rest = _article.sub(r"第\1条", rest) if self.language == "zh" else rest
        return f"{title} {rest}".strip()

    def basis(self, source: str) -> str:
        return self.word("by_source") + self.source(source) if source else self.word("ours")

    def after(self, task: Task) -> str:
        """What is waited for, or when the task opens that waits for nothing."""
        if task.after:
            limits = [task.after_at_most.get(name) for name in task.after]
            waits = [self.bracketed(self.word("at_most") + self.long(limit)) if limit else "" for limit in limits]
            return self.listed(self.code(name) + wait for name, wait in zip(task.after, waits, strict=True))
        if task.signal:
            return self.word("by_hand")
        if task.each:
            return self.say(self.plan.findings[task.each].title)
        return self.word("at_end") if task.phase.value == "recovery" else self.word("opens_with")

    def limits(self, task: Task) -> str:
        lines = [self.word("ack") + self.long(task.ack)]
        lines.append(self.within(task.report) if task.report else self.word("done") + self.long(task.done))
        lines += [self.repeats(task)] if task.every or task.every_case else []
        lines += [self.word("progress") + self.by_level(task.progress)] if task.progress else []
        return "\n".join(lines)

    def within(self, report: Report) -> str:
        return self.word("within") + self.by_level(report.within) + self.bracketed(self.word(report.clock_from.value))

    def bracketed(self, text: str) -> str:
        return self.two(f"（{text}）", f" ({text})")

    def named(self, name: str, text: str) -> str:
        return f"{name}{self.two('：', ': ')}{text}"

    def repeats(self, task: Task) -> str:
        cases = []
        for case in task.every_case:
            during = f"{self.word('during')} {self.long(case.during)}" if case.during else ""
            when = self.condition(case.when) if case.when else ""
            said = f"{self.word('every')} {self.by_level(case.every)}"
            cases.append(f"{self.listed([during, when])}{self.two('：', ': ')}{said}")
        cases += [f"{self.word('every')} {self.by_level(task.every)}"] if task.every else []
        cases += [self.word("earliest") + self.by_level(task.earliest)] if task.earliest else []
        limits = {"until": task.repeat_until, "while": task.repeat_while}
        cases += [self.word(key) + self.condition(condition) for key, condition in limits.items() if condition]
        return self.clauses(cases)

    def details(self, task: Task) -> list[str]:
        """What makes the task different from a plain one, and where its limits come from."""
        told = {
            "only_if": self.condition(task.when) if task.when else "",
            "each": self.say(self.plan.findings[task.each].title) if task.each else "",
            "confirms": self.task(task.confirms) if task.confirms else "",
            "again": self.listed(self.changing(name) for name in task.again),
            "reopens": self.tasks(task.reopens),
            "pause": self.condition(task.pause) if task.pause else "",
        }
        lines = [self.word(key) + said for key, said in told.items() if said]
        lines += [self.word("need_all")] if task.need == "all" else []
        lines += [f"{self.word('need_some')}{task.need}"] if isinstance(task.need, int) else []
        marks = {"life_safety": task.life_safety, "approval": task.approval, "kept_at_end": task.on_end.value == "keep"}
        lines += [self.word(key) for key, holds in marks.items() if holds]
        # a source stands for the duty; that every minute is the law's would be too much
        rest = self.word("rest_is_ours") if task.source and not task.report else ""
        return [*lines, self.basis(task.source) + rest]

    def changing(self, name: str) -> str:
        if name in self.plan.facts:
            return self.say(self.plan.facts[name].title)
        return {"level": self.two("响应级别", "the level"), "night": self.two("日出日落", "sunrise and sunset")}.get(name, name)

    def evidence(self, task: Task) -> str:
        needed = self.listed(self.say(each.title) for each in task.evidence if each.required)
        optional = self.listed(self.say(each.title) for each in task.evidence if not each.required)
        return "\n".join(part for part in (needed, self.word("optional") + optional if optional else "") if part)

    def escalation(self, task: Task) -> str:
        lines = [self.say(self.plan.ladders[task.ladder].title)]
        lines += (
            [self.word("late") + self.say(self.plan.ladders[task.late].title)] if task.late and task.late != task.ladder else []
        )
        return "\n".join(lines)

    def climbs(self, ladder: Ladder) -> str:
        """Who beyond whoever is called hears of it, and when."""
        steps = [f"{self.long(rung.at)} {self.role(rung.tell)}" for rung in ladder.rungs if rung.tell != "assignee"]
        return " → ".join(steps) or self.word("empty")

    def how(self, rung: Rung) -> str:
        channels = self.two("、", ", ").join(self.word(kind) for kind in rung.by) or self.word("all_channels")
        return channels + (self.two("；", "; ") + self.word("manual") if rung.manual else "")
