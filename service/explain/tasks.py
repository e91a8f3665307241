"""The chapters of a plan document with its tasks: by level, findings, links, reports, signals, recovery, the call tree."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from plans.graph import first_level
from plans.model import CorrectFrom, FindingKind, Level, Phase, Plan, Report, Task
from service.explain.blocks import Block, Chain, Heading, Paragraph, Step, Table
from service.explain.teller import Teller
from service.explain.words import TRACKS

_widths = (8, 24, 11, 10, 17, 20, 10)


def response(plan: Plan, teller: Teller) -> Iterator[Block]:
    tasks = [task for task in plan.tasks.values() if _is_plain(task) and task.phase is Phase.RESPONSE]
    number = 1
    for level in sorted(Level, reverse=True):
        if chosen := [task for task in tasks if first_level(task) is level]:
            number += 1
            title = teller.two(f"{level.name}{teller.word('tasks_from')}", teller.word("tasks_from").format(level=level.name))
            yield Heading(f"5.{number} {title}", 2)
            yield task_table(chosen, teller)
    yield Heading(f"5.{number + 1} {teller.word('findings')}", 2)
    yield from _findings(plan, teller)
    yield Heading(f"5.{number + 2} {teller.word('links')}", 2)
    yield from _links(plan, teller)


def recovery(plan: Plan, teller: Teller) -> Iterator[Block]:
    tasks = [task for task in plan.tasks.values() if _is_plain(task) and task.phase is Phase.RECOVERY]
    yield task_table(tasks, teller) if tasks else Paragraph(teller.word("no_recovery"), quiet=True)


def _is_plain(task: Task) -> bool:
    return task.report is None and task.signal is None


def task_table(tasks: Iterable[Task], teller: Teller) -> Table:
    rows = []
    for task in tasks:
        levels = f"{teller.levels(task.levels)}" if Level.I not in task.levels else ""
        title = "\n".join([teller.say(task.title), *([levels] if levels else []), *teller.details(task)])
        cells = (
            teller.role(task.role),
            teller.after(task),
            teller.limits(task),
            teller.evidence(task) or "—",
            teller.escalation(task),
        )
        rows.append((task.code or "—", title, *cells))
    keys = ("code", "task", "role", "after", "limits", "evidence", "escalation")
    return Table(tuple(teller.word(key) for key in keys), tuple(rows), _widths)


def _findings(plan: Plan, teller: Teller) -> Iterator[Block]:
    if not plan.findings:
        yield Paragraph(teller.word("no_findings"), quiet=True)
        return
    rows = []
    for kind in plan.findings.values():
        tasks = teller.tasks(task.name for task in plan.tasks.values() if task.each == kind.name)
        rows.append((teller.say(kind.title), _opened_by(kind, teller), tasks or "—"))
    yield Table((teller.word("finding"), teller.word("opened_by"), teller.word("used_by")), tuple(rows), (22, 50, 28))


def _opened_by(kind: FindingKind, teller: Teller) -> str:
    lines = [teller.roles(kind.report)] if kind.report else []
    lines += [teller.ways(kind.when)] if kind.when else []
    lines += [f"{teller.word('every')} {teller.long(kind.every)}"] if kind.every else []
    return "\n".join(lines) or teller.word("anybody")


def _links(plan: Plan, teller: Teller) -> Iterator[Block]:
    if not plan.links:
        yield Paragraph(teller.word("no_links"), quiet=True)
        return
    rows = [
        (
            teller.plan_title(link.plan) + (f" ({link.level.name})" if link.level else ""),
            teller.ways(link.when),
            teller.say(link.reason),
        )
        for link in plan.links.values()
    ]
    yield Table((teller.word("plan"), teller.word("when"), teller.word("reason")), tuple(rows), (22, 48, 30))


def reports(plan: Plan, teller: Teller) -> Iterator[Block]:
    filed = [(task, task.report) for task in plan.tasks.values() if task.report]
    if not filed:
        yield Paragraph(teller.word("no_reports"), quiet=True)
        return
    tracks = sorted(filed, key=lambda each: list(dict.fromkeys(report.track for _, report in filed)).index(each[1].track))
    for number, (track, of_track) in enumerate(groupby(tracks, key=lambda each: each[1].track), 1):
        yield Heading(f"6.{number} {_track(track, teller)}", 2)
        rows = [_report_row(plan, teller, task, report) for task, report in of_track]
        keys = ("code", "report", "role", "limits", "to", "fields")
        yield Table(tuple(teller.word(key) for key in keys), tuple(rows), (9, 27, 12, 20, 16, 16))


def _track(track: str, teller: Teller) -> str:
    return teller.say(TRACKS[track]) if track in TRACKS else track.replace("_", " ")


def _report_row(plan: Plan, teller: Teller, task: Task, report: Report) -> tuple[str, ...]:
    marks = {"numbered": report.numbered, "zero": report.zero}
    lines = [teller.say(task.title), *(teller.word(key) for key, holds in marks.items() if holds)]
    lines += [teller.word("signer") + teller.roles(report.sign)] if report.sign else []
    lines += [_corrections(report.correct_within, report.correct_from, teller)] if report.correct_within else []
    lines += [teller.word("after") + teller.two("：", ": ") + teller.after(task)]
    lines += teller.details(task)
    to = f"{teller.say(report.to)}\n{teller.word(report.by)}"
    fields = teller.listed(teller.say(plan.facts[name].title) for name in report.fields) or "—"
    return (task.code or "—", "\n".join(lines), teller.role(task.role), teller.limits(task), to, fields)


def _corrections(within: timedelta, begins: CorrectFrom, teller: Teller) -> str:
    return teller.word("correct") + teller.two(
        f"{teller.word(begins)}{teller.long(within)}内", f"{teller.long(within)} {teller.word(begins)}"
    )


def signals(plan: Plan, teller: Teller) -> Iterator[Block]:
    sent = [(task, task.signal) for task in plan.tasks.values() if task.signal]
    if not sent:
        yield Paragraph(teller.word("no_signals"), quiet=True)
        return
    rows = []
    for task, signal in sent:
        use = teller.word("ends_drill" if signal.ends_drill else "in_response")
        title = f"{teller.task(task.name)}\n{use}\n{teller.basis(task.source)}"
        stops = teller.tasks(signal.stops) or "—"
        rows.append(
            (title, teller.roles(signal.send), stops, teller.role(task.role), teller.limits(task), teller.escalation(task))
        )
    keys = ("signals", "send", "stops", "heads", "limits", "escalation")
    yield Table(tuple(teller.word(key) for key in keys), tuple(rows), (24, 20, 18, 12, 15, 11))


def call_tree(plan: Plan, teller: Teller) -> Iterator[Block]:
    for ladder in plan.ladders.values():
        tasks = [task.name for task in plan.tasks.values() if task.ladder == ladder.name]
        late = [task.name for task in plan.tasks.values() if task.late == ladder.name]
        levels = [rule.level.name for rule in plan.levels.values() if rule.sign == ladder.name]
        notes = [f"{teller.word('used_by')}{teller.two('：', ': ')}{teller.tasks(tasks)}"] if tasks else []
        notes += [f"{teller.word('late')}{teller.tasks(late)}"] if late else []
        notes += [f"{teller.word('approve_level')}{teller.two('：', ': ')}{teller.listed(levels)}"] if levels else []
        steps = tuple(Step(teller.long(rung.at), teller.role(rung.tell), teller.how(rung)) for rung in ladder.rungs)
        yield Chain(teller.say(ladder.title), steps, teller.clauses(notes) or teller.word("empty"))
