"""What has changed between two states of a response, in the words that `again` knows: `level` and the names of facts. Pure."""

from flows.levels import known_values
from flows.state import ResponseState
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
