"""What the conditions of tasks may ask about other tasks: `running(task)`, `done(task)`. Pure; worked out only when asked.

A condition about a finding asks about that finding where the other task is done for the same kind of finding (`kin`).
"""

from collections.abc import Collection, Iterator, Mapping

from flows.model.instances import Instances, has_been_done


class TaskStates(Mapping[str, tuple[bool, bool]]):
    """For each task whether work on it is open and not suspended, and whether it has been done."""

    def __init__(self, instances: Instances, finding: str = "", kin: Collection[str] = ()) -> None:
        self._instances, self._finding, self._kin = instances, finding, kin

    def __getitem__(self, task: str) -> tuple[bool, bool]:
        finding = self._finding if task in self._kin else ""
        series = self._instances.series(task, finding)
        open_ones = (each for each in self._instances.unended if each.task == task and finding in ("", each.finding))
        return any(not each.is_suspended for each in open_ones), has_been_done(series)

    def __iter__(self) -> Iterator[str]:
        return iter(self._instances.tasks)

    def __len__(self) -> int:
        return len(self._instances.tasks)

    def __contains__(self, task: object) -> bool:
        """A task that has not opened is neither running nor done: that too is known."""
        return isinstance(task, str)
