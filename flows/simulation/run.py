"""One run of a plan in virtual time: the decider of the engine, people by chance, the world by a scenario. No clock, no database.

Every turn is `decide` on the state so far, as the engine takes it: the same inputs at the same moments write the same journal.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from heapq import heappop, heappush

from flows.deciding.clocks import next_due
from flows.deciding.decisions import decided, decided_opening
from flows.deciding.levels.levels import read_level
from flows.errors import FlowError
from flows.model.commands import Command, OpenResponse, Tick
from flows.model.events import Event, TaskOpened, Value
from flows.model.state import ResponseState, Status
from flows.simulation.acts import Act, GoOn, Open, Outside
from flows.simulation.doing import VIA, WORDS, Doing
from flows.simulation.hearing import Ears, drawn
from flows.simulation.people import People
from flows.simulation.work import Load
from plans.model import Level, Phase, Plan
from plans.quantities import in_words
from plans.scenario_model import FactAt, Scenario, SignalAt
from resources.model import Duty
from store.chance import Chance

Input = tuple[datetime, OpenResponse | Command]
Moved = Callable[[float], None]
MOST_TURNS = 200_000
MOST_OPENINGS = 4_000
"""Of one task for one finding in a run: a round a minute for nearly three days."""
_BETWEEN_NEWS = 200


class EndlessSimulationError(FlowError):
    """`task`: the one that has opened most often, `openings` times."""

    def __init__(self, turns: int, after: timedelta, task: str, openings: int) -> None:
        super().__init__(turns, after, task, openings)
        self.turns, self.after, self.task, self.openings = turns, after, task, openings

    def __str__(self) -> str:
        return (
            f"the simulation was stopped after {self.turns} turns, at +{in_words(self.after)}: task {self.task!r} has "
            f"opened {self.openings} times; make its 'every' longer, give it 'while' or 'until', or let the scenario stop earlier"
        )


@dataclass(frozen=True, slots=True)
class Run:
    """What happened. `inputs`: everything that was said to the response, with its moment; `refused`: what it refused."""

    number: int
    begins: datetime
    ended: datetime
    inputs: tuple[Input, ...]
    history: tuple[Event, ...]
    state: ResponseState | None
    """None: the facts never called for a level, nothing was opened."""
    refused: tuple[tuple[datetime, str], ...]
    loads: Mapping[str, Load]
    dead: frozenset[str]


def simulate(
    plan: Plan,
    scenario: Scenario,
    duty: Duty,
    zone: tzinfo,
    seed: int,
    number: int,
    *,
    most_turns: int = MOST_TURNS,
    moved: Moved = lambda _share: None,
) -> Run:
    """Run `number` depends on the seed and its number only; `moved` hears which share of the time has passed since it last did.

    Errors: `FlowError` where nobody can open it or it never ends.
    """
    return _Simulation(plan, scenario, duty, zone, Chance(f"{seed}/{number}")).run(number, most_turns, moved)


class _Simulation:
    def __init__(self, plan: Plan, scenario: Scenario, duty: Duty, zone: tzinfo, chance: Chance) -> None:
        self._plan, self._scenario, self._duty, self._chance = plan, scenario, duty, chance
        ears = Ears(scenario, duty, zone, chance)
        self._dead = ears.dead
        self._doing = Doing(plan, scenario, duty, ears, chance)
        self._people = People(plan, scenario, ears, chance, self._plan_act)
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._serial = 0
        self._now = scenario.begins
        self._state: ResponseState | None = None
        self._due: datetime | None = None
        self._opening = False
        self._most_opened = 0
        self._early: list[Act] = []
        self._forecasts: dict[str, float] = dict(scenario.forecasts)
        self._inputs: list[Input] = []
        self._history: list[Event] = []
        self._refused: list[tuple[datetime, str]] = []

    def run(self, number: int, most_turns: int, moved: Moved) -> Run:
        stop, told = self._scenario.begins + self._scenario.stop, self._scenario.begins
        for happening in self._scenario.happenings:
            self._plan_act(self._scenario.begins + happening.after, Outside(happening))
        self._call_for_opening()
        turns = 0
        while not self._is_over() and (moment := self._next_moment()) is not None and moment <= stop:
            turns += 1
            if turns > most_turns or self._most_opened > MOST_OPENINGS:
                raise self._endless(turns)
            self._step(moment)
            if turns % _BETWEEN_NEWS == 0:
                moved((self._now - told) / self._scenario.stop)
                told = self._now
        moved((stop - told) / self._scenario.stop)
        ended = self._now if self._is_over() else stop
        self._people.workforce.close(ended)
        return Run(
            number,
            self._scenario.begins,
            ended,
            tuple(self._inputs),
            tuple(self._history),
            self._state,
            tuple(self._refused),
            self._people.workforce.loads,
            self._dead,
        )

    def _endless(self, turns: int) -> EndlessSimulationError:
        state = self._state
        opened = Counter(each.task for each in state.assignments.values()) if state else Counter[str]()
        task, openings = next(iter(opened.most_common(1)), ("", 0))
        return EndlessSimulationError(turns, self._now - self._scenario.begins, task, openings)

    def _plan_act(self, moment: datetime, act: Act) -> None:
        self._serial += 1
        # nobody acts before what makes them act
        heappush(self._agenda, (max(moment, self._now), self._serial, act))

    def _next_moment(self) -> datetime | None:
        first = self._agenda[0][0] if self._agenda else None
        if self._due is None or first is None:
            return self._due or first
        return min(self._due, first)

    def _step(self, moment: datetime) -> None:
        """What is due is fired first; then people act."""
        self._now = moment
        if self._due is not None and self._due <= moment:
            self._take(Tick())
            return
        _, _, act = heappop(self._agenda)
        self._perform(act)

    def _perform(self, act: Act) -> None:
        match act:
            case Outside(FactAt(_, name, value, forecast)):
                self._learn(name, value, forecast=forecast)
            case Open():
                self._open()
                return
            case _:
                pass
        if self._state is None:
            if isinstance(act, Outside) and not isinstance(act.happening, FactAt):
                self._early.append(act)
            self._call_for_opening()
            return
        if isinstance(act, GoOn) and any(not each.has_ended for each in self._state.of_task(act.signal)):
            # not everybody is accounted for
            self._plan_act(self._now + timedelta(minutes=30), act)
            return
        for command in self._doing.commands(act, self._state, self._people.workforce, self._now):
            self._take(command)
        if isinstance(act, Outside) and isinstance(act.happening, SignalAt):
            self._plan_act(self._now + act.happening.lasts, GoOn(act.happening.signal))

    def _learn(self, name: str, value: Value, *, forecast: bool) -> None:
        if forecast:
            self._forecasts[name] = float(value)
        else:
            self._doing.truth[name] = value

    def _called_for(self) -> Level | None:
        return self._scenario.level or read_level(self._plan, self._doing.truth, self._forecasts).level

    def _call_for_opening(self) -> None:
        """The duty office hears that a level is called for, and takes its time."""
        if self._opening or self._called_for() is None:
            return
        delay = drawn(self._scenario.approvals.opening, self._chance) if self._scenario.level is None else 0.0
        if delay is not None:
            self._opening = True
            self._plan_act(self._now + timedelta(seconds=round(delay)), Open())

    def _open(self) -> None:
        level = self._called_for()
        if level is None:
            # the water has fallen meanwhile
            self._opening = False
            return
        by = self._doing.first(self._plan.activate, self._now)
        opening = OpenResponse(
            by=by,
            via=VIA,
            incident=self._scenario.incident or self._plan.title.zh,
            place=self._scenario.place,
            level=level,
            facts=dict(self._doing.truth),
            forecasts=dict(self._forecasts),
            reason=WORDS,
            approved_by=self._doing.first(self._plan.levels[level].approve, self._now, but=by),
        )
        history, state = decided_opening(self._plan, self._duty, opening, self._now)
        self._inputs.append((self._now, opening))
        self._moved(history, state)
        for act in self._early:
            self._plan_act(self._now, act)

    def _take(self, command: Command) -> None:
        assert self._state is not None, "nobody speaks to a response that is not open"
        try:
            history, state = decided(self._plan, self._duty, self._state, command, self._now)
        except FlowError as refusal:
            self._refused.append((self._now, str(refusal)))
            return
        if history or (self._due is not None and self._due <= self._now):
            self._inputs.append((self._now, command))
            self._moved(history, state)

    def _moved(self, history: list[Event], state: ResponseState) -> None:
        self._state = state
        self._history.extend(history)
        self._most_opened = max((event.round for event in history if isinstance(event, TaskOpened)), default=0)
        self._due = next_due(self._plan, state)
        self._people.follow(history, state, self._now)

    def _is_over(self) -> bool:
        """Stood down, and everything that comes after it has begun."""
        state = self._state
        if state is None or state.status is Status.OPEN:
            return False
        recovery = (task for task in self._plan.tasks.values() if task.phase is Phase.RECOVERY and state.level in task.levels)
        return all(state.of_task(task.name) for task in recovery if not task.each and not task.when)
