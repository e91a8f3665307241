"""What has changed in a decision, in the words that `again` knows: `level`, the names of facts, `finding.FIELD`. Pure."""

from collections.abc import Iterable

from flows.deciding.levels.levels import known_values
from flows.deciding.outline import FIELD
from flows.model.events import Event, FindingUpdated
from flows.model.state import ResponseState
from plans.model import Plan


def changes(plan: Plan, before: ResponseState, after: ResponseState) -> dict[str, str]:
    """Name of what changed to how it is told: `level`, `night`, `fact NAME`."""
    changed = {} if before.level is after.level else {"level": "level"}
    if None not in (before.night, after.night) and before.night is not after.night:
        changed["night"] = "night"
    if before.facts is not after.facts:
        old, new = known_values(plan, before.facts), known_values(plan, after.facts)
        changed |= {name: f"fact {name}" for name in plan.facts if old.get(name) != new.get(name)}
    return changed


def given_fields(events: Iterable[Event]) -> dict[str, frozenset[str]]:
    """The fields that were given, by finding: a second failed inspection is news, though it says what the first one said."""
    given: dict[str, frozenset[str]] = {}
    for event in events:
        if isinstance(event, FindingUpdated):
            given[event.finding] = given.get(event.finding, frozenset()) | {f"{FIELD}{name}" for name in event.values}
    return given
