"""What the conditions of tasks may ask about other tasks: `running(task)`, `done(task)`. Pure; worked out only when asked.

A condition about a finding asks about that finding where the other task is done for the same kind of finding (`kin`).
"""

from collections.abc import Collection, Iterator, Mapping

from flows.model.instances import Instances, has_been_done

_NONE: Mapping[str, str] = {}


class TaskStates(Mapping[str, tuple[bool, bool]]):
    """For each task whether work on it is open and not suspended, and whether it has been done."""

    def __init__(
        self, instances: Instances, finding: str = "", kin: Collection[str] = (), confirmed_by: Mapping[str, str] = _NONE
    ) -> None:
        self._instances, self._finding, self._kin, self._confirmed_by = instances, finding, kin, confirmed_by

    def __getitem__(self, task: str) -> tuple[bool, bool]:
        finding = self._finding if task in self._kin else ""
        series = self._instances.series(task, finding)
        open_ones = (each for each in self._instances.unended if each.task == task and finding in ("", each.finding))
        confirmer = self._confirmed_by.get(task)
        # what was never asked to confirm it (at this level) does not hold it back
        confirming = self._instances.series(confirmer, finding) if confirmer else ()
        is_done = has_been_done(series) and (not confirming or has_been_done(confirming))
        return any(not each.is_suspended for each in open_ones), is_done

    def __iter__(self) -> Iterator[str]:
        return iter(self._instances.tasks)

    def __len__(self) -> int:
        return len(self._instances.tasks)

    def __contains__(self, task: object) -> bool:
        """A task that has not opened is neither running nor done: that too is known."""
        return isinstance(task, str)
