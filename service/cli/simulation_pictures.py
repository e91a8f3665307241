"""Simulated runs in a terminal: the timeline of one, the figures of many."""

from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from flows.model.events import ENGINE, DeadlineMissed, Event, ManualDecisionRecorded, StepFired, TaskCompleted
from flows.simulation.run import Run
from flows.simulation.runs import Experiment
from flows.simulation.summary import Share, Summary
from notifications.rendered import clean
from plans.model import Plan, Text
from service.record.sentences import Teller

WORST = 15


def print_timeline(experiment: Experiment, run: Run) -> None:
    console = Console(highlight=False)
    people = experiment.duty.people
    console.print(_title(experiment), style="bold")
    if run.state is None:
        console.print("事实始终未达到任何级别，未启动。 The facts never called for a level: nothing was opened.")
        return
    names = {ENGINE: "情景", **{person: known.name for person, known in people.items()}}
    teller = Teller(experiment.plan, run.state, experiment.zone, lambda who: names.get(who, who))
    for event in run.history:
        told = teller.tell(event)
        moment = event.at.astimezone(experiment.zone).strftime("%m-%d %H:%M:%S")
        console.print(
            Line.assemble((f"{_after(event.at - run.begins)}  {moment}  ", "dim"), (clean(told.zh), _style(event))),
            soft_wrap=True,
        )
    for refused_at, why in run.refused:
        console.print(Line(f"refused {refused_at.astimezone(experiment.zone):%m-%d %H:%M:%S}: {why}", "red"), soft_wrap=True)
    last = f"{len(run.history)} entries, {len(run.state.assignments)} tasks, level {run.state.level.name}"
    still = len(run.state.assignments.unended)
    console.print(f"{last}, {run.state.status.value}, {still} still open at the end, {len(run.dead)} dead phones", style="bold")


def print_summary(experiment: Experiment, figures: Summary) -> None:
    console = Console(highlight=False)
    console.print(_title(experiment), style="bold")
    opening, most = figures.opening
    console.print(f"{figures.runs} runs, seed {experiment.seed}; {figures.dead_phones:.1f} phones dead in the mean of a run")
    console.print(f"opened 启动: {percent(figures.opened)}, after {minutes(opening)} (p90 {minutes(most)}) from the start")
    decided, slow = figures.approval
    console.print(f"levels approved 级别批准 after {minutes(decided)} (p90 {minutes(slow)})")
    console.print(f"life-safety calls answered in time 生命安全任务按时确认: {instances(figures.life_safety_answered)}")
    console.print(f"life-safety tasks done in time 生命安全任务按时完成: {instances(figures.life_safety_done)}")
    console.print(f"reports filed in time 信息按时报送: {instances(figures.reported)}")
    console.print(f"every limit met 全部按时: {percent(figures.no_limit_missed)}")
    console.print(f"a ladder ended in a manual decision 升级到顶需人工决定: {percent(figures.manual)}")
    console.print(f"stood down 终止: {percent(figures.stood_down)}; {figures.open_at_end:.1f} tasks open at the end of a run")
    console.print(_limits(experiment.plan, figures))
    console.print(_roles(experiment.plan, figures))
    console.print(_escalations(experiment.plan, figures))


def percent(share: Share) -> str:
    """With its interval."""
    if share.value is None:
        return "–"
    low, high = share.interval
    return f"{share.value:.0%} ({low:.0%}–{high:.0%})"


def instances(share: Share) -> str:
    """Without an interval: what happens twice in one run are not two independent answers."""
    return "–" if share.value is None else f"{share.value:.0%} of {share.of}"


def minutes(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    whole = round(seconds / 60)
    return f"{whole // 60} h {whole % 60:02} min" if whole >= 120 else f"{seconds / 60:.1f} min"


def _limits(plan: Plan, figures: Summary) -> Table:
    """The worst ones; the report and --json have all."""
    table = Table(title=f"最难按时的{WORST}个时限 the {WORST} limits that are hardest to keep")
    for column in ("task", "limit", "in time", "every time in a run", "median", "p90"):
        table.add_column(column, justify="left" if column in ("task", "limit") else "right", overflow="fold")
    worst = sorted(figures.limits, key=lambda each: (1 if each.instances.value is None else each.instances.value, -each.runs.of))
    for each in worst[:WORST]:
        task = plan.tasks[each.task]
        limit = ("确认 ack", task.ack) if each.clock == "acknowledge" else ("完成 done", task.done)
        words = f"{limit[0]} {minutes(limit[1].total_seconds())}"
        shares = (f"{each.instances.value or 0:.0%}", percent(each.runs))
        table.add_row(task.title.zh, words, *shares, minutes(each.median), minutes(each.p90))
    return table


def _roles(plan: Plan, figures: Summary) -> Table:
    table = Table(title="瓶颈岗位 where people are too few")
    for column in ("role", "people or teams", "at work", "waiting, min a run", "jobs that waited"):
        table.add_column(column, justify="left" if column == "role" else "right", overflow="fold")
    for each in figures.roles[:WORST]:
        title = plan.roles[each.role].title.zh
        table.add_row(title, str(each.capacity), f"{each.utilisation:.0%}", f"{each.waited:.0f}", instances(each.held_up))
    return table


def _escalations(plan: Plan, figures: Summary) -> Table:
    table = Table(title="最常升级的任务 what escalates most, and to whom (times a run)")
    for column in ("task", "runs", "to"):
        table.add_column(column, overflow="fold")
    for each in figures.escalations[:WORST]:
        to = ", ".join(f"{role_title(plan, role).zh} {count:.1f}" for role, count in each.to[:4])
        table.add_row(plan.tasks[each.task].title.zh, percent(each.runs), to)
    return table


def role_title(plan: Plan, role: str) -> Text:
    return plan.roles[role].title if role in plan.roles else Text("代理人", "deputy")


def _title(experiment: Experiment) -> str:
    return f"{_both(experiment.plan.title)} · {_both(experiment.scenario.title)}"


def _both(text: Text) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} {text.en}"


def _after(length: timedelta) -> str:
    whole = round(length.total_seconds())
    return f"+{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _style(event: Event) -> str:
    match event:
        case DeadlineMissed() | ManualDecisionRecorded():
            return "red"
        case StepFired(manual=True):
            return "red"
        case TaskCompleted():
            return "green"
        case _:
            return ""
