"""What a change of each field means for safety: whether somebody is told later, asked less, or let do more than before."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, IntEnum, auto

from plans.diff_walk import Change
from plans.model import Level, Plan
from plans.task_model import ClockFrom


class Importance(IntEnum):
    """Most important first. What is `changed` may be safer or not: only a person can tell."""

    LESS_SAFE = 1
    CHANGED = 2
    SAFER = 3
    WORDS = 4


class Verdict(Enum):
    """How a field is judged; each name says what makes a plan less safe."""

    LONGER = auto()
    """A longer time, or none at all."""
    SHORTER = auto()
    FEWER = auto()
    """An entry removed, a flag taken back."""
    NARROWER = auto()
    """A condition where there was none, or a permission to take longer."""
    EMPTY_IS_ALL = auto()
    """As `FEWER`; but an empty list stands for everything."""
    ANOTHER = auto()
    """Whoever it was is no longer told."""
    APPROVERS = auto()
    """A role of lower rank: one that could not approve this, nor anything as high, before."""
    LATER = auto()
    """A later place in `_orders`."""
    OPEN = auto()
    """Only a person can tell."""
    WORDS = auto()


_orders: Mapping[str, tuple[object, ...]] = {
    "clock_from": tuple(ClockFrom),
    "on_downgrade": ("keep", "hand_over", "cancel"),
    "on_end": ("keep", "cancel"),
}

VERDICTS: Mapping[str, Mapping[Verdict, tuple[str, ...]]] = {
    "Plan": {
        Verdict.FEWER: ("activate", "levels", "triggers", "ladders", "tasks", "findings", "links", "drill", "daylight"),
        Verdict.OPEN: ("name", "facts", "roles", "end"),
        Verdict.WORDS: ("title", "version", "owner", "messages", "sources"),
    },
    "Task": {
        Verdict.LONGER: ("ack", "done", "after_at_most", "every", "earliest", "progress"),
        Verdict.FEWER: (
            "levels",
            "again",
            "reopens",
            "confirms",
            "evidence",
            "late",
            "life_safety",
            "approval",
            "report",
            "signal",
        ),
        Verdict.NARROWER: ("when", "repeat_while", "repeat_until", "pause"),
        Verdict.LATER: ("on_downgrade", "on_end", "need"),
        Verdict.OPEN: ("name", "role", "ladder", "after", "each", "every_case", "message", "hand_over", "phase"),
        Verdict.WORDS: ("title", "code", "source"),
    },
    "EvidenceField": {
        Verdict.FEWER: ("required", "many", "fact", "finding"),
        Verdict.OPEN: ("name", "type", "choices"),
        Verdict.WORDS: ("title", "choice_titles"),
    },
    "Report": {
        Verdict.LONGER: ("within",),
        Verdict.FEWER: ("fields", "numbered", "zero"),
        Verdict.LATER: ("clock_from",),
        Verdict.APPROVERS: ("sign",),
        Verdict.OPEN: ("track", "to", "by", "correct_within", "correct_from"),
        Verdict.WORDS: ("text",),
    },
    "Signal": {Verdict.FEWER: ("send", "stops"), Verdict.OPEN: ("ends_drill",)},
    "LevelRule": {
        Verdict.LONGER: ("hold",),
        Verdict.FEWER: ("two_person", "sign"),
        Verdict.NARROWER: ("paper",),
        Verdict.APPROVERS: ("approve",),
        Verdict.OPEN: ("level", "when", "keep", "expect"),
    },
    "Trigger": {Verdict.LONGER: ("hold",), Verdict.OPEN: ("name", "on", "when", "propose", "facts", "release", "event")},
    "Fact": {
        Verdict.LONGER: ("fresh",),
        Verdict.FEWER: ("forecast",),
        Verdict.OPEN: ("name", "type", "unit", "choices", "default", "low", "high", "table"),
        Verdict.WORDS: ("title", "source", "choice_titles"),
    },
    "GradeColumn": {Verdict.OPEN: ("fact", "rows")},
    "FindingKind": {
        Verdict.LONGER: ("every",),
        Verdict.FEWER: ("fields",),
        Verdict.EMPTY_IS_ALL: ("report",),
        Verdict.OPEN: ("name", "when"),
        Verdict.WORDS: ("title",),
    },
    "Link": {Verdict.OPEN: ("name", "plan", "when", "level", "facts"), Verdict.WORDS: ("reason",)},
    "Role": {Verdict.FEWER: ("alert",), Verdict.OPEN: ("name",), Verdict.WORDS: ("title",)},
    "Ladder": {Verdict.FEWER: ("rungs",), Verdict.OPEN: ("name",), Verdict.WORDS: ("title",)},
    "Rung": {
        Verdict.LONGER: ("at",),
        Verdict.ANOTHER: ("tell",),
        Verdict.EMPTY_IS_ALL: ("by",),
        Verdict.FEWER: ("manual",),
        Verdict.OPEN: ("name",),
    },
    "EndCondition": {
        Verdict.SHORTER: ("hold",),
        Verdict.APPROVERS: ("approve",),
        Verdict.FEWER: ("sign",),
        Verdict.OPEN: ("when", "by_level"),
    },
    "MessageTemplate": {Verdict.OPEN: ("name",), Verdict.WORDS: ("text", "short")},
    "Source": {Verdict.OPEN: ("name",), Verdict.WORDS: ("title", "valid_from", "valid_to")},
    "Drill": {Verdict.OPEN: ("every", "forms")},
    "Daylight": {Verdict.OPEN: ("latitude", "longitude")},
}


def verdict_on(owner: str, field: str) -> Verdict:
    return next(verdict for verdict, names in VERDICTS[owner].items() if field in names)


def importance(change: Change, old: Plan) -> Importance:
    """`old`: the plan as it was."""
    verdict = verdict_on(change.owner, change.field)
    if verdict is Verdict.WORDS:
        return Importance.WORDS
    if change.is_order:
        return Importance.CHANGED
    match verdict:
        case Verdict.LONGER:
            return _worse_if(_length(change.new) > _length(change.old))
        case Verdict.SHORTER:
            return _worse_if(_length(change.new) < _length(change.old))
        case Verdict.FEWER:
            return _of_presence(change, worse_if_gone=True)
        case Verdict.NARROWER:
            return _of_allowance(change)
        case Verdict.EMPTY_IS_ALL:
            return _of_lists(change)
        case Verdict.ANOTHER:
            return Importance.LESS_SAFE
        case Verdict.APPROVERS:
            return Importance.LESS_SAFE if not change.old and _is_lower(change, old) else Importance.CHANGED
        case Verdict.LATER:
            return _worse_if(_rank(change.field, change.new) > _rank(change.field, change.old))
        case Verdict.OPEN:
            return Importance.CHANGED


def _worse_if(claim: bool) -> Importance:  # noqa: FBT001  # the claim is the subject
    return Importance.LESS_SAFE if claim else Importance.SAFER


def _of_presence(change: Change, *, worse_if_gone: bool) -> Importance:
    """Something that is there or not; when it is another one than before, only a person can tell."""
    if bool(change.old) == bool(change.new):
        return Importance.CHANGED
    return _worse_if(bool(change.old) is worse_if_gone)


def _of_allowance(change: Change) -> Importance:
    if isinstance(change.old, timedelta) and isinstance(change.new, timedelta):
        return _worse_if(change.new > change.old)
    return _of_presence(change, worse_if_gone=False)


def _length(value: object) -> timedelta:
    """No limit is the longest of all."""
    return value if isinstance(value, timedelta) else timedelta.max


def _rank(field: str, value: object) -> int:
    if field == "need":
        # all is the most, any is one
        return {"all": -1_000_000, "any": -1}.get(str(value), -int(value) if isinstance(value, int) else 0)
    order = _orders[field]
    return next((place for place, each in enumerate(order) if each == value), len(order))


def _of_lists(change: Change) -> Importance:
    before, now = (set(value) if isinstance(value, tuple) else set() for value in (change.old, change.new))
    if not before or not now:
        return _worse_if(not before)
    if now < before or before < now:
        return _worse_if(now < before)
    return Importance.CHANGED


def _is_lower(change: Change, old: Plan) -> bool:
    """Whether a role that may approve now stands lower than those that this took before."""
    rank = _highest_approved(change.item, old)
    if change.owner == "LevelRule":
        return rank > Level[change.place[1]]
    report = old.tasks[change.place[1]].report if change.owner == "Report" else None
    before = report.sign if report else old.end.approve
    return rank > max((_highest_approved(role, old) for role in before), default=0)


def _highest_approved(role: str, plan: Plan) -> int:
    """As a number, 1 for level I; more than any level for a role that approves none."""
    return min((level for level, rule in plan.levels.items() if role in rule.approve), default=len(Level) + 1)
