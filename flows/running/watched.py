"""What watchers may know of a command: its name, the task and who acts, by their ids."""

import re

from flows.model.commands import Command, OpenDrill, Opening
from flows.model.plan_move import MovePlan
from store.watching import Facts

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def facts_of(command: Command | MovePlan) -> Facts:
    return {
        "command": _WORD.sub("_", type(command).__name__).lower(),
        "task": getattr(command, "assignment", ""),
        "person": getattr(command, "by", ""),
    }


def facts_of_opening(plan: str, opening: Opening) -> Facts:
    command = "open_drill" if isinstance(opening, OpenDrill) else "open_response"
    return {"command": command, "plan": plan, "person": opening.by}
