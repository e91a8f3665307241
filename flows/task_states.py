"""What the conditions of tasks may ask about other tasks: `running(task)`, `done(task)`. Pure; worked out only when asked."""

from collections.abc import Iterator, Mapping

from flows.instances import Instances, has_been_done


class TaskStates(Mapping[str, tuple[bool, bool]]):
    """For each task whether work on it is open and not suspended, and whether it has been done."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances

    def __getitem__(self, task: str) -> tuple[bool, bool]:
        is_running = any(each.task == task and not each.is_suspended for each in self._instances.unended)
        return is_running, has_been_done(self._instances.of_task(task))

    def __iter__(self) -> Iterator[str]:
        return iter(self._instances.tasks)

    def __len__(self) -> int:
        return len(self._instances.tasks)

    def __contains__(self, task: object) -> bool:
        """A task that has not opened is neither running nor done: that too is known."""
        return isinstance(task, str)
