"""What the flow layer refuses, in words for the person on call: what, what was expected, how to mend it. Nothing is changed."""

from collections.abc import Iterable
from difflib import get_close_matches


class FlowError(Exception):
    """Base of this package; `status` is the HTTP status a door answers with."""

    status = 409


class UnknownNameError(FlowError):
    """A plan, level, fact, role, task, response or person that does not exist, `within` something, where that is to be said."""

    status = 404

    def __init__(self, what: str, name: str, known: Iterable[str], within: str = "") -> None:
        self.what, self.name, self.known, self.within = what, name, tuple(known), within
        super().__init__(what, name, self.known, within)

    def __str__(self) -> str:
        near = get_close_matches(self.name, self.known, 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        listed = f" (known: {', '.join(self.known[:12])}{' …' if len(self.known) > 12 else ''})" if self.known else ""
        missing = f"{self.within} has no" if self.within else "there is no"
        return f"{missing} {self.what} {self.name!r}{hint}{listed}"


class NobodyOnDutyError(FlowError):
    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__(roles)
        self.roles = roles

    def __str__(self) -> str:
        return (
            f"nobody is on duty now as {' or '.join(self.roles)}: load people and roster with 'tocsin roster import FOLDER' "
            "('tocsin roster sample FOLDER' writes an example), or say who acts (--by)"
        )


class FactValueError(FlowError):
    status = 422

    def __init__(self, fact: str, text: str, expected: str) -> None:
        super().__init__(fact, text, expected)
        self.fact, self.text, self.expected = fact, text, expected

    def __str__(self) -> str:
        return f"fact {self.fact!r}: {self.text!r} does not fit; expected {self.expected}"


class UndecidedLevelError(FlowError):
    """The facts reach no level, or too little is known."""

    status = 422

    def __init__(self, plan: str, unknown: tuple[str, ...]) -> None:
        super().__init__(plan, unknown)
        self.plan, self.unknown = plan, unknown

    def __str__(self) -> str:
        missing = f"; not known yet: {', '.join(self.unknown)}" if self.unknown else ""
        return (
            f"the facts given reach no level of plan {self.plan!r}{missing}; give more facts, or say the level (--level IV … I)"
        )


class NotAuthorisedError(FlowError):
    status = 403

    def __init__(self, act: str, person: str, roles: tuple[str, ...], holders: tuple[str, ...], remedy: str) -> None:
        super().__init__(act, person, roles, holders, remedy)
        self.act, self.person, self.roles, self.holders, self.remedy = act, person, roles, holders, remedy

    def __str__(self) -> str:
        who = ", ".join(self.holders) or "nobody on the roster now"
        return (
            f"{self.person or 'nobody'} may not {self.act}: it takes one of {', '.join(self.roles)} (now: {who}); {self.remedy}"
        )


class TwoPeopleError(FlowError):
    """Who proposes a level or the end (`what`) may not approve it."""

    status = 403

    def __init__(self, what: str, person: str, roles: tuple[str, ...], was_proposed: bool = False) -> None:  # noqa: FBT001
        super().__init__(what, person, roles, was_proposed)
        self.what, self.person, self.roles, self.was_proposed = what, person, roles, was_proposed

    def __str__(self) -> str:
        why = f"{self.person} proposed it" if self.was_proposed else "nobody else proposed it"
        return (
            f"{self.person} may not approve {self.what}: {why}, and the plan wants two people; "
            f"let somebody else of {', '.join(self.roles)} approve it (--approved-by), or somebody else ask for it (--by)"
        )


class UnnamedPaperError(FlowError):
    """None was named, and several are owed, or none ever was."""

    status = 422

    def __init__(self, owed: tuple[str, ...]) -> None:
        super().__init__(owed)
        self.owed = owed

    def __str__(self) -> str:
        if not self.owed:
            return "no paper is owed on this response: nothing was approved orally with a paper to follow; nothing was changed"
        return f"{len(self.owed)} papers are owed ({', '.join(self.owed)}); say which one this is (--paper {self.owed[0]})"


class ReferenceRequiredError(FlowError):
    status = 422

    def __init__(self, paper: str) -> None:
        super().__init__(paper)
        self.paper = paper

    def __str__(self) -> str:
        return f"paper {self.paper!r}: expected its number or file name, so that it can be found again"


class NotCalledError(FlowError):
    status = 403

    def __init__(self, person: str, assignment: str, called: tuple[str, ...]) -> None:
        super().__init__(person, assignment, called)
        self.person, self.assignment, self.called = person, assignment, called

    def __str__(self) -> str:
        return (
            f"{self.person!r} was not called for {self.assignment!r} (called: {', '.join(self.called) or 'nobody yet'}); "
            "reassign the task to them first, or let a person who was called answer"
        )


class WrongStateError(FlowError):
    """The verb does not fit the state of the response or the task."""

    def __init__(self, subject: str, state: str, verb: str, remedy: str) -> None:
        super().__init__(subject, state, verb, remedy)
        self.subject, self.state, self.verb, self.remedy = subject, state, verb, remedy

    def __str__(self) -> str:
        return f"{self.subject} is {self.state.replace('_', ' ')}: cannot {self.verb}; {self.remedy}"


class EvidenceError(FlowError):
    status = 422

    def __init__(self, assignment: str, faults: tuple[str, ...]) -> None:
        super().__init__(assignment, faults)
        self.assignment, self.faults = assignment, faults

    def __str__(self) -> str:
        return (
            f"{self.assignment}: the evidence is not complete: {'; '.join(self.faults)}; "
            "add it, or give a reason why it is missing (the gap stays open in the record)"
        )


class FindingError(FlowError):
    """A finding reported with values that do not fit, or without saying which it is."""

    status = 422

    def __init__(self, of: str, faults: tuple[str, ...]) -> None:
        super().__init__(of, faults)
        self.of, self.faults = of, faults

    def __str__(self) -> str:
        return f"finding {self.of!r}: {'; '.join(self.faults)}; mend it, or leave out what is not known yet"


class ReasonRequiredError(FlowError):
    status = 422

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act

    def __str__(self) -> str:
        return f"to {self.act} takes a reason; say why in a few words"


class NobodyNamedError(FlowError):
    status = 422

    def __init__(self, assignment: str) -> None:
        super().__init__(assignment)
        self.assignment = assignment

    def __str__(self) -> str:
        return f"to reassign {self.assignment} takes at least one person; name who takes it on"


class AlreadyOpenError(FlowError):
    """A second activation of the same plan for the same incident and place."""

    def __init__(self, response: str, plan: str, incident: str, place: str) -> None:
        super().__init__(response, plan, incident, place)
        self.response, self.plan, self.incident, self.place = response, plan, incident, place

    def __str__(self) -> str:
        where = f" at {self.place!r}" if self.place else ""
        return (
            f"response {self.response} of plan {self.plan!r} is already open for {self.incident!r}{where}; record facts there or "
            "change its level; if this is another event, give it another incident or place"
        )


class UnnamedActivationError(FlowError):
    """An activation that names neither incident nor place while a response of the plan is open."""

    def __init__(self, response: str, plan: str, incident: str, place: str) -> None:
        super().__init__(response, plan, incident, place)
        self.response, self.plan, self.incident, self.place = response, plan, incident, place

    def __str__(self) -> str:
        where = f" at {self.place!r}" if self.place else ""
        return (
            f"response {self.response} of plan {self.plan!r} is already open for {self.incident!r}{where}, and this activation "
            "names neither incident nor place; record facts there or change its level; if this is another event, name its "
            "incident or place"
        )


class PeopleNeededError(FlowError):
    """A drill that would begin while a real response needs its people."""

    def __init__(self, plan: str, response: str, incident: str, people: tuple[str, ...]) -> None:
        super().__init__(plan, response, incident, people)
        self.plan, self.response, self.incident, self.people = plan, response, incident, people

    def __str__(self) -> str:
        who = f"{', '.join(self.people[:3])}{' …' if len(self.people) > 3 else ''}"
        return (
            f"the drill of plan {self.plan!r} was not begun: the real response {self.response} ({self.incident}) needs the same "
            f"people ({who}); wait until it is closed, then begin the drill"
        )


class DrillOpenError(FlowError):
    """A second drill of a plan would call the same people beside the first."""

    def __init__(self, drill: str, plan: str) -> None:
        super().__init__(drill, plan)
        self.drill, self.plan = drill, plan

    def __str__(self) -> str:
        return (
            f"the drill of plan {self.plan!r} was not begun: {self.drill} of the same plan is still open and calls "
            "the same people; go on with it, or stand it down and begin another"
        )


class KeyReusedError(FlowError):
    """An idempotency key that was used before, for something else."""

    status = 422

    def __init__(self, key: str, response: str) -> None:
        super().__init__(key, response)
        self.key, self.response = key, response

    def __str__(self) -> str:
        return (
            f"the idempotency key {self.key!r} opened {self.response} with other words; nothing was changed; repeat the same "
            "words to get that response again, or give another key to open another one"
        )


class ConflictError(FlowError):
    """Another writer was first; the caller reads again and decides again."""

    def __init__(self, response: str, expected: int) -> None:
        super().__init__(response, expected)
        self.response, self.expected = response, expected

    def __str__(self) -> str:
        return f"response {self.response} has moved on past entry {self.expected}; look again and repeat what still applies"


class BrokenJournalError(FlowError):
    """An entry was altered, is missing or stands in the wrong place."""

    def __init__(self, response: str, entry: int, fault: str) -> None:
        super().__init__(response, entry, fault)
        self.response, self.entry, self.fault = response, entry, fault

    def __str__(self) -> str:
        return f"response {self.response}, journal entry {self.entry}: {self.fault}"
