"""What follows from a plan and a few values of a state, kept beside the plan until one of the values is another object.

Facts and levels change far less often than tasks, and every decision asks for the same again. States are frozen, so the same
objects always give the same answers; a state read back from the database only has to work them out once more.
"""

from collections.abc import Callable
from operator import is_
from typing import TypeVar, cast

from plans.model import Plan

V = TypeVar("V")


def kept(plan: Plan, name: str, seen: tuple[object, ...], make: Callable[[], V]) -> V:
    """What `make` gives for what was seen; the last answer is kept, with what it was seen for, so that no id comes again."""
    known = plan.__dict__.get(name)
    if known is not None and all(map(is_, known[0], seen)):
        return cast(V, known[1])
    value = make()
    plan.__dict__[name] = (seen, value)
    return value
