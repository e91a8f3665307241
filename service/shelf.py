"""The plans that can be activated: the bureau's own first, then the shipped library; compiled once per state of the files."""

from collections.abc import Iterator
from pathlib import Path

from plans import catalog
from plans.errors import PlanError, UnknownPlanError
from plans.extending import library
from plans.model import Plan

_Stamp = tuple[tuple[str, int], ...]


class Shelf:
    """An edited plan counts from the next activation on; a running response keeps its own."""

    def __init__(self, folder: Path) -> None:
        self._folders = (folder,)
        self._compiled: dict[str, tuple[_Stamp, Plan]] = {}

    def named(self, name: str) -> Plan:
        """Errors: `UnknownPlanError`, `PlanUnreadableError`, `PlanFaultsError`."""
        known_names = catalog.known(self._folders)
        if name not in known_names:
            # a path would lead out of the folders; checking a file is for `plan check`
            raise UnknownPlanError(name, known_names)
        stamp = tuple(self._stamps())
        known = self._compiled.get(name)
        if known is None or known[0] != stamp:
            known = (stamp, catalog.load(name, self._folders))
            self._compiled[name] = known
        return known[1]

    def good(self) -> tuple[dict[str, Plan], tuple[PlanError, ...]]:
        """Every plan that checks, by name, and what is wrong with the others."""
        plans: dict[str, Plan] = {}
        faults: list[PlanError] = []
        for name in catalog.known(self._folders):
            try:
                plan = self.named(name)
                plans[plan.name] = plan
            except PlanError as fault:
                faults.append(fault)
        return plans, tuple(faults)

    def _stamps(self) -> Iterator[tuple[str, int]]:
        # a base plan is in another file than the plan that extends it
        for folder in (*self._folders, library):
            for path in sorted(folder.rglob("*.yaml")):
                yield str(path), path.stat().st_mtime_ns
