"""What is refused of reports: the words say which limit or which name stands against it."""

from datetime import datetime, timedelta

from flows.errors import FlowError


class NotAReportError(FlowError):
    status = 422

    def __init__(self, assignment: str, reports: tuple[str, ...]) -> None:
        super().__init__(assignment, reports)
        self.assignment, self.reports = assignment, reports

    def __str__(self) -> str:
        known = f"reports of this plan: {', '.join(self.reports)}" if self.reports else "this plan has no reports"
        return f"{self.assignment} is a task, not a report ({known}); complete it with its evidence instead"


class NotOpenedError(FlowError):
    """A report of the plan that nothing has called for yet."""

    def __init__(self, report: str, after: tuple[str, ...]) -> None:
        super().__init__(report, after)
        self.report, self.after = report, after

    def __str__(self) -> str:
        waits = f"it comes after {', '.join(self.after)}" if self.after else "its level or condition does not apply now"
        return f"report {self.report} has not opened yet: {waits}"


class ReportTextError(FlowError):
    status = 422

    def __init__(self, assignment: str) -> None:
        super().__init__(assignment)
        self.assignment = assignment

    def __str__(self) -> str:
        return f"{self.assignment} was not filed: it has no text; take the draft ('tocsin report draft') and say what went out"


class SignatureError(FlowError):
    status = 422

    def __init__(self, assignment: str, roles: tuple[str, ...]) -> None:
        super().__init__(assignment, roles)
        self.assignment, self.roles = assignment, roles

    def __str__(self) -> str:
        return f"{self.assignment} takes a signature of one of {', '.join(self.roles)}; name who signed it (--signed-by PERSON)"


class MustBeFiledError(FlowError):
    """A report cannot be completed like another task."""

    def __init__(self, assignment: str, *, zero: bool) -> None:
        super().__init__(assignment)
        self.assignment, self.zero = assignment, zero

    def __str__(self) -> str:
        also = "it is due also when nothing has changed (零报告); " if self.zero else ""
        otherwise = "" if self.zero else ", or give a reason why nothing was reported"
        return f"{self.assignment} is a report: {also}file it with its text{otherwise}"


class NotFiledError(FlowError):
    def __init__(self, assignment: str, filed: tuple[str, ...]) -> None:
        super().__init__(assignment, filed)
        self.assignment, self.filed = assignment, filed

    def __str__(self) -> str:
        known = f" (filed: {', '.join(self.filed)})" if self.filed else " (none has been filed)"
        return f"{self.assignment} was not corrected: it has not been filed{known}"


_begins = {
    "filed": "from its filing",
    "occurred": "from when it happened",
    "learned": "from when it was learned of",
    "received": "from when it was reported to the bureau",
}


class CorrectionOverError(FlowError):
    """The time in which a report may be corrected has passed."""

    def __init__(self, assignment: str, within: timedelta | None, begins: str, until: datetime | None, source: str) -> None:
        """`begins`: where the time for corrections begins, as in `plans.task_model.CorrectFrom`."""
        super().__init__(assignment, within, begins, until, source)
        self.assignment, self.within, self.begins, self.until, self.source = assignment, within, begins, until, source

    def __str__(self) -> str:
        by = f" by {self.source}" if self.source else ""
        if self.until is None or self.within is None:
            return f"{self.assignment} was not corrected: the response is closed, and its plan gives no time for corrections"
        window = f"{self.within.days} days" if self.within.days else f"{self.within}"
        return (
            f"{self.assignment} was not corrected: corrections are taken for {window} {_begins[self.begins]}{by}, "
            f"until {self.until:%Y-%m-%d %H:%M %Z}; send what is new as a report of its own and note it in the record"
        )


class FutureError(FlowError):
    status = 422

    def __init__(self, what: str, moment: datetime, now: datetime) -> None:
        super().__init__(what, moment, now)
        self.what, self.moment, self.now = what, moment, now

    def __str__(self) -> str:
        # both in the time zone in which it was said: at the desk the bureau's own
        said, now = (f"{each.astimezone(self.moment.tzinfo):%Y-%m-%d %H:%M:%S %Z}" for each in (self.moment, self.now))
        return f"{self.what} at {said} lies in the future (now {now}); say when it was"
