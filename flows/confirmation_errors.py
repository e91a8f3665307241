"""What is refused where a task takes a second person to confirm it."""

from flows.errors import FlowError


class SamePersonError(FlowError):
    """Whoever did it may not confirm it."""

    status = 403

    def __init__(self, person: str, assignment: str, task: str) -> None:
        super().__init__(person, assignment, task)
        self.person, self.assignment, self.task = person, assignment, task

    def __str__(self) -> str:
        return (
            f"{self.person!r} took {self.task!r} on and cannot be the second person of {self.assignment!r}: "
            "let somebody else of its role answer, or reassign it to somebody who did not do it"
        )


class NotAConfirmationError(FlowError):
    """Only what confirms another task can be sent back."""

    status = 422

    def __init__(self, assignment: str, confirming: tuple[str, ...]) -> None:
        super().__init__(assignment, confirming)
        self.assignment, self.confirming = assignment, confirming

    def __str__(self) -> str:
        known = f" (those of this plan that do: {', '.join(self.confirming)})" if self.confirming else ""
        return f"{self.assignment} confirms nothing{known}: decline it if you cannot do it, or complete it with your findings"
