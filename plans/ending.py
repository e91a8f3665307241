"""When the end of a response may be proposed, and who may approve it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from plans.basics import Level

if TYPE_CHECKING:
    from plans.model import Plan


@dataclass(frozen=True, slots=True)
class EndCondition:
    """When the end may be proposed: `when` must hold for `hold` without a break. `sign`: the ladder of the proposal.

    `approve`: at any level; `by_level`: at one; where neither names anybody, whoever may approve that level.
    """

    when: str
    hold: timedelta
    approve: tuple[str, ...] = ()
    sign: str = ""
    by_level: Mapping[Level, tuple[str, ...]] = field(default_factory=dict)


def end_approvers(plan: "Plan", level: Level) -> tuple[str, ...]:
    """The roles of which any one may approve the end at this level."""
    rule = plan.levels.get(level)
    return plan.end.by_level.get(level) or plan.end.approve or (rule.approve if rule else ())


def end_chains(plan: "Plan") -> Mapping[tuple[str, ...], tuple[Level, ...]]:
    """The levels at which the same roles approve the end."""
    chains: dict[tuple[str, ...], tuple[Level, ...]] = {}
    for level in plan.levels:
        roles = end_approvers(plan, level)
        chains[roles] = (*chains.get(roles, ()), level)
    return chains
