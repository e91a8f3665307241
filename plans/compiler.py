"""From a file to a checked plan: read, shape, check, lower. Stops only between passes; every fault found is told."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from plans.diagnostic import Diagnostic, Mark, fault, has_faults, in_reading_order
from plans.errors import PlanFaultsError, PlanUnreadableError
from plans.extending import read_with_bases
from plans.fields import most_faults
from plans.lowering import lower
from plans.model import Plan
from plans.rules import check
from plans.shape import shape


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of a file: a plan unless there are faults. A base plan gives neither."""

    diagnostics: tuple[Diagnostic, ...]
    plan: Plan | None = None


def check_file(path: Path, today: date | None = None) -> list[Diagnostic]:
    """Everything wrong with a plan file, in reading order."""
    return list(examine(path, today).diagnostics)


def compile_file(path: Path) -> Plan:
    examination = examine(path)
    if examination.plan is not None:
        return examination.plan
    faults = examination.diagnostics
    if not has_faults(faults):
        faults = (fault(Mark(str(path), 1, 1), "this is a base plan", "a plan that extends it", "extends"),)
    raise PlanFaultsError(str(path), faults)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A tree has no circles: going through all of it again and again takes longer than all the rest of a long plan."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_uncollected()
def examine(path: Path, today: date | None = None) -> Examination:
    """`today`: the day on which sources have to be valid; without it that is not looked at."""
    try:
        root, faults = read_with_bases(path)
    except OSError as cause:
        raise PlanUnreadableError(str(path), cause.strerror or str(cause)) from cause
    if root is None:
        return _ended(faults)
    is_base = "base" in root.entries and "plan" not in root.entries
    draft = shape(root, faults, is_base=is_base)
    if is_base or len(faults) >= most_faults:
        return _ended(faults)
    diagnostics = [*faults, *check(replace(draft, today=today.isoformat() if today else ""))]
    if has_faults(diagnostics):
        return _ended(diagnostics)
    return Examination(tuple(in_reading_order(diagnostics)), lower(draft))


def _ended(diagnostics: list[Diagnostic]) -> Examination:
    return Examination(tuple(in_reading_order(diagnostics)))
