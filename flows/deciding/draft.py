"""The working copy of one decision: events drafted so far and the state they lead to. Lives only inside `decide`."""

from dataclasses import dataclass, field
from datetime import datetime

from flows.deciding.outlook import Outlook, outlook
from flows.errors import UnknownNameError
from flows.model.events import ENGINE, Event
from flows.model.state import Assignment, ResponseState, evolve
from plans.model import Plan, Task
from resources.model import Duty, Person


@dataclass
class Draft:
    plan: Plan
    duty: Duty
    state: ResponseState
    now: datetime
    events: list[Event] = field(default_factory=list)
    before: ResponseState = field(init=False)
    """Where the response stood when the decision began."""
    unseen: frozenset[str] | None = field(init=False)
    """The tasks that have not been looked at since something touched them; None: all."""
    outlook: Outlook = field(init=False)
    """What the decision before has left behind."""

    def __post_init__(self) -> None:
        self.before = self.state
        self.outlook = outlook(self.plan, self.state)
        self.unseen = self.outlook.unseen

    def add(self, event: Event) -> None:
        self.events.append(event)
        self.state = evolve(self.state, event)

    def assignment(self, name: str) -> Assignment:
        if name not in self.state.assignments:
            raise UnknownNameError("task", name, self.state.assignments, "this response")
        return self.state.assignments[name]

    def task(self, assignment: Assignment) -> Task:
        return self.plan.tasks[assignment.task]

    def person_name(self, person: str) -> str:
        known: Person | None = self.duty.people.get(person)
        return known.name if known else person

    def require_person(self, person: str) -> None:
        if person != ENGINE and person not in self.duty.people:
            raise UnknownNameError("person", person, self.duty.people, "the directory")
