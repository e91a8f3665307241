"""The report of simulated runs: one HTML file that needs nothing else, for whoever answers for the plan."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from markupsafe import Markup

from flows.simulation.outcome import Outcome
from flows.simulation.runs import Experiment
from flows.simulation.summary import Escalation, Limit, Share, Summary
from plans.model import Level, Plan, Text
from service.html import template
from service.record.page import RecordUnwritableError
from service.simulation.plots import CALM, heat, hours_plot, instances_bar, plain_bar, share_bar

MOST_ESCALATIONS = 20
DEPUTY = Text("代理人", "deputy")


def require_writable(path: Path) -> None:
    """Before the runs; leaves no file behind. Error: `RecordUnwritableError`."""
    is_new = not path.exists()
    try:
        with path.open("ab"):
            pass
    except OSError as cause:
        raise _unwritable(path, cause) from cause
    if is_new:
        path.unlink()


def write_report(experiment: Experiment, figures: Summary, outcomes: Sequence[Outcome], path: Path) -> None:
    """Error: `RecordUnwritableError`."""
    try:
        path.write_text(render_report(experiment, figures, outcomes), "utf-8")
    except OSError as cause:
        raise _unwritable(path, cause) from cause


def _unwritable(path: Path, cause: OSError) -> RecordUnwritableError:
    return RecordUnwritableError(str(path), cause.strerror or str(cause), "--html")


def render_report(experiment: Experiment, figures: Summary, outcomes: Sequence[Outcome]) -> str:
    plan, scenario = experiment.plan, experiment.scenario
    return template("simulation.html").render(
        plan=plan,
        scenario=scenario,
        seed=experiment.seed,
        zone=str(experiment.zone),
        begins=scenario.begins.astimezone(experiment.zone).strftime("%Y-%m-%d %H:%M"),
        stop=duration(scenario.stop.total_seconds()),
        figures=figures,
        headlines=_headlines(figures),
        limits=[_limit(plan, each) for each in figures.limits if each.runs.of],
        roles=[(plan.roles[each.role].title, each, plain_bar(each.utilisation), percent(each.held_up)) for each in figures.roles],
        matrix=_matrix(plan, figures.escalations[:MOST_ESCALATIONS]),
        hours=hours_plot(figures.hours, _labels(experiment, len(figures.hours))),
        levels=_levels(outcomes),
        duration=duration,
    )


def percent(share: Share) -> str:
    return "–" if share.value is None else f"{share.value:.1%}"


def interval(share: Share) -> str:
    low, high = share.interval
    return f"{low:.1%} – {high:.1%}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172800 else f"{seconds / 86400:.1f} d"


def _headlines(figures: Summary) -> list[tuple[Text, str, str, Markup]]:
    runs = (
        (Text("响应启动", "the response was opened"), figures.opened, ""),
        (Text("全部时限均未超", "runs in which no limit was missed"), figures.no_limit_missed, ""),
        (Text("至少一次升级到顶、须人工决定", "runs in which a ladder ended in a decision by hand"), figures.manual, CALM),
        (Text("终止响应", "the response was stood down"), figures.stood_down, CALM),
    )
    instances = (
        (Text("生命安全任务按时确认", "life-safety calls answered in time"), figures.life_safety_answered),
        (Text("生命安全任务按时完成", "life-safety tasks done in time"), figures.life_safety_done),
        (Text("信息按时报送", "reports filed in time"), figures.reported),
    )
    of_runs = [(words, percent(share), interval(share), share_bar(share, colour)) for words, share, colour in runs]
    of_all = [(words, percent(share), f"{share.met} / {share.of}", instances_bar(share)) for words, share in instances]
    return [*of_all, *of_runs]


def _limit(plan: Plan, limit: Limit) -> dict[str, object]:
    task = plan.tasks[limit.task]
    allowed = task.ack if limit.clock == "acknowledge" else task.done
    return {
        "task": task,
        "clock": Text("确认", "ack") if limit.clock == "acknowledge" else Text("完成", "done"),
        "allowed": duration(allowed.total_seconds()),
        "bar": share_bar(limit.runs),
        "runs": percent(limit.runs),
        "interval": interval(limit.runs),
        "instances": f"{percent(limit.instances)} / {limit.instances.of}",
        "median": duration(limit.median),
        "p90": duration(limit.p90),
    }


def _matrix(plan: Plan, escalations: Sequence[Escalation]) -> dict[str, object]:
    """Tasks against the roles they go up to, in times a run."""
    roles = list(dict.fromkeys(role for each in escalations for role, _ in each.to))
    highest = max((count for each in escalations for _, count in each.to), default=0.0)
    rows = []
    for each in escalations:
        counts = dict(each.to)
        cells = [(f"{counts[role]:.2g}" if role in counts else "", heat(counts.get(role, 0.0), highest)) for role in roles]
        rows.append((plan.tasks[each.task], percent(each.runs), cells))
    return {"roles": [plan.roles[role].title if role in plan.roles else DEPUTY for role in roles], "rows": rows}


def _labels(experiment: Experiment, hours: int) -> list[str]:
    begins = experiment.scenario.begins.astimezone(experiment.zone)
    return [(begins + timedelta(hours=hour)).strftime("%d %H:%M") for hour in range(hours)]


def _levels(outcomes: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    """In how many runs each level was in force, and when first."""
    first: dict[str, list[float]] = {}
    for each in outcomes:
        for level, after in dict(reversed(each.levels)).items():
            first.setdefault(level.name, []).append(after)
    lowest_first = [(level.name, first[level.name]) for level in sorted(Level, reverse=True) if level.name in first]
    return [
        (level, percent(Share(len(after), len(outcomes))), duration(sorted(after)[(len(after) - 1) // 2]))
        for level, after in lowest_first
    ]
