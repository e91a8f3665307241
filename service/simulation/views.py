"""Simulated runs as JSON: plain names, seconds, shares from 0 to 1."""

from dataclasses import asdict
from typing import Any

from flows.model.events import events
from flows.simulation.run import Run
from flows.simulation.runs import Experiment
from flows.simulation.summary import Share, Summary

Json = dict[str, Any]


def summary_view(experiment: Experiment, figures: Summary) -> Json:
    return {
        **_head(experiment),
        "runs": figures.runs,
        "opened": _share(figures.opened),
        "stood_down": _share(figures.stood_down),
        "ladder_ended_by_hand": _share(figures.manual),
        "no_limit_missed": _share(figures.no_limit_missed),
        "life_safety_answered_in_time": _instances(figures.life_safety_answered),
        "life_safety_done_in_time": _instances(figures.life_safety_done),
        "reports_in_time": _instances(figures.reported),
        "opening_seconds": _two(*figures.opening),
        "approval_seconds": _two(*figures.approval),
        "limits": [
            {
                "task": each.task,
                "limit": each.clock,
                "every_instance_met": _share(each.runs),
                "instances_met": _instances(each.instances),
                "seconds": _two(each.median, each.p90),
            }
            for each in figures.limits
        ],
        "roles": [
            {
                "role": each.role,
                "capacity": each.capacity,
                "utilisation": round(each.utilisation, 4),
                "waited_minutes": round(each.waited, 1),
                "held_up": _instances(each.held_up),
            }
            for each in figures.roles
        ],
        "escalations": [
            {"task": each.task, "runs": _share(each.runs), "to": {role: round(count, 3) for role, count in each.to}}
            for each in figures.escalations
        ],
        "hours": [asdict(each) for each in figures.hours],
        "dead_phones": figures.dead_phones,
        "open_at_end": figures.open_at_end,
        "refused": figures.refused,
    }


def run_view(experiment: Experiment, run: Run) -> Json:
    return {
        **_head(experiment),
        "run": run.number,
        "begins": run.begins.isoformat(),
        "ended": run.ended.isoformat(),
        "status": run.state.status.value if run.state else "not opened",
        "dead_phones": sorted(run.dead),
        "refused": [{"at": moment.isoformat(), "why": why} for moment, why in run.refused],
        "journal": [events.dump_python(event, mode="json") for event in run.history],
    }


def _head(experiment: Experiment) -> Json:
    plan, scenario = experiment.plan, experiment.scenario
    return {"plan": plan.name, "digest": plan.digest, "scenario": scenario.name, "seed": experiment.seed}


def _share(share: Share) -> Json:
    low, high = share.interval
    return {"met": share.met, "of": share.of, "share": share.value, "wilson95": [round(low, 4), round(high, 4)]}


def _instances(share: Share) -> Json:
    """Without an interval: what happens twice in one run are not two independent answers."""
    return {"met": share.met, "of": share.of, "share": share.value}


def _two(median: float | None, most: float | None) -> Json:
    return {"median": median, "p90": most}
