"""From a scenario file to a checked `Scenario`: every fault with its place, every name checked against its plan."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plans import quantities
from plans.diagnostic import Diagnostic, Mark, fault, has_faults, in_reading_order, nearest
from plans.errors import PlanError, PlanFaultsError, PlanUnreadableError
from plans.extending import library
from plans.fields import Fields
from plans.model import Level, Plan, Text
from plans.reader import Mapping, read
from plans.scenario_amounts import LONGEST, known_name
from plans.scenario_events import Frame, read_moment, shape_happenings, shape_values
from plans.scenario_model import Scenario, Value
from plans.scenario_people import shape_approvals, shape_manual, shape_people, shape_roles, shape_roster, shape_teams, shape_work

PlanNamed = Callable[[str], Plan]


@dataclass(frozen=True, slots=True)
class _Start:
    begins: datetime
    level: Level | None
    incident: str
    place: str
    facts: dict[str, Value]
    forecasts: dict[str, float]


class UnknownScenarioError(PlanError):
    status = 404

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        suggestion = nearest(self.name, self.known)
        hint = f"; did you mean {suggestion!r}?" if suggestion else ""
        return f"there is no scenario {self.name!r}, expected a file or one of: {', '.join(self.known) or 'none'}{hint}"


def find_scenario(name: str, folders: tuple[Path, ...] = ()) -> Path:
    """By its file, or by its name in `scenarios` of one of the folders or of the library. Error: `UnknownScenarioError`."""
    direct, inside = Path(name), [folder / "scenarios" for folder in (*folders, library)]
    named = [folder / f"{name}.yaml" for folder in inside] if direct.name == name else []
    for path in (direct, *named):
        if path.is_file():
            return path
    raise UnknownScenarioError(name, tuple(sorted({path.stem for folder in inside for path in folder.glob("*.yaml")})))


def load_scenario(path: Path, named: PlanNamed, plan: Plan | None = None) -> Scenario:
    """Errors: `PlanFaultsError` with every fault, `PlanUnreadableError`, and those of `named`."""
    scenario, faults = examine_scenario(path, named, plan)
    if scenario is None:
        raise PlanFaultsError(str(path), tuple(faults))
    return scenario


def examine_scenario(path: Path, named: PlanNamed, plan: Plan | None = None) -> tuple[Scenario | None, list[Diagnostic]]:
    """The scenario unless there are faults. `plan` in place of the one it names: a draft of it, or a plan on top of it."""
    try:
        root, faults = read(path)
    except OSError as cause:
        raise PlanUnreadableError(str(path), cause.strerror or str(cause)) from cause
    if root is not None and not isinstance(root, Mapping):
        faults.append(fault(root.mark, "the file is no mapping", "a scenario: scenario, plan, start, …", "wrong-value"))
    if not isinstance(root, Mapping) or has_faults(faults):
        return None, in_reading_order(faults)
    top = Fields(root, "the scenario", faults)
    name, of = top.text("scenario", expected="the name of the scenario"), top.text("plan", expected="the plan it is for")
    if not of and "plan" not in root.entries:
        faults.append(fault(root.mark, "the scenario has no 'plan'", "the plan it is for", "missing-key"))
    if not of:
        return None, in_reading_order(faults)
    mark = root.entries["plan"].value.mark
    if plan is not None and plan.name != of:
        _require_same(plan, of, _plan(of, named, mark, faults), mark, faults)
        if has_faults(faults):
            return None, in_reading_order(faults)
    scenario = _shape(top, name, plan or _plan(of, named, mark, faults), path)
    return (None if has_faults(faults) else scenario), in_reading_order(faults)


def _require_same(plan: Plan, of: str, own: Plan | None, mark: Mark, faults: list[Diagnostic]) -> None:
    """What one plan on top of another has: all facts and tasks of it."""
    if own is not None and not (own.facts.keys() <= plan.facts.keys() and own.tasks.keys() <= plan.tasks.keys()):
        expected = f"a scenario of {plan.name!r}, or a plan that extends {of!r}"
        faults.append(fault(mark, f"the scenario is for the plan {of!r}, not for {plan.name!r}", expected, "other-plan"))


def _plan(name: str, named: PlanNamed, mark: Mark, faults: list[Diagnostic]) -> Plan | None:
    try:
        return named(name)
    except PlanFaultsError:
        raise
    except PlanError as error:
        faults.append(fault(mark, str(error), "", "unknown-plan"))
        return None


def _shape(top: Fields, name: str, plan: Plan | None, path: Path) -> Scenario | None:
    if plan is None:
        return None
    if name:
        top.check_name(top.node.entries["scenario"].value.mark, name, "scenario")
    title, start, stop = top.bilingual("title", Text(name, name)), _start(top, plan), _stop(top)
    scenario = Scenario(
        name=name,
        plan=plan.name,
        title=title,
        begins=start.begins,
        stop=stop,
        level=start.level,
        incident=start.incident,
        place=start.place,
        facts=start.facts,
        forecasts=start.forecasts,
        happenings=shape_happenings(top, Frame(plan, start.begins, stop, path.parent)),
        roster=shape_roster(top, plan),
        people=shape_people(top),
        roles=shape_roles(top, plan),
        work=shape_work(top, plan),
        approvals=shape_approvals(top, plan),
        manual=shape_manual(top),
        teams=shape_teams(top, plan),
    )
    top.close()
    return scenario


def _start(top: Fields, plan: Plan) -> _Start:
    node = top.get("start", required=True, expected="when and with what it begins: {time: …, level: III, facts: {…}}")
    nowhere = datetime(2026, 1, 1, tzinfo=UTC)
    if node is None:
        return _Start(nowhere, None, "", "", {}, {})
    fields = top.inside(node, "'start'")
    begins = read_moment(fields, "time") or nowhere
    level = known_name(fields, "level", "level", [each.name for each in plan.levels], "")
    incident, place = fields.text("incident", plan.title.zh), fields.text("place", "")
    facts: dict[str, Value] = {}
    forecasts: dict[str, float] = {}
    given = fields.get("facts")
    for name, value, forecast in shape_values(fields, plan, given, "the facts at the start") if given else ():
        if forecast:
            forecasts[name] = float(value)
        else:
            facts[name] = value
    fields.close()
    return _Start(begins, Level[level] if level else None, incident, place, facts, forecasts)


def _stop(top: Fields) -> timedelta:
    stop = top.duration("stop", timedelta(hours=72))
    if not timedelta(0) < stop <= LONGEST:
        mark, written = top.node.entries["stop"].value.mark, quantities.in_words(stop)
        top.fault(mark, f"'stop' is {written}", "when the simulation ends, more than 0 and at most 60 d", "wrong-value")
        return timedelta(hours=1)
    return stop
