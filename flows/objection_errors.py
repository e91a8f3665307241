"""Refusals that a person may set aside by saying so: what speaks against an act, told before it is done."""

from datetime import timedelta

from flows.errors import FlowError
from plans.model import Text


class ObjectionsError(FlowError):
    """Nothing was changed; asked again with a reason why all the same (`although`) it is done, and the record keeps both."""

    status = 409

    def __init__(self, act: str, objections: tuple[Text, ...]) -> None:
        super().__init__(act, objections)
        self.act, self.objections = act, objections

    def __str__(self) -> str:
        against = "; ".join(each.en for each in self.objections)
        remedy = "mend it, or say why all the same (--although REASON, in the API the field 'although'): the record keeps both"
        return f"cannot {self.act} just like that: {against}; nothing was changed; {remedy}"


class AlikeFindingError(FlowError):
    """Somebody reported what looks like the same a moment ago; nothing was opened. Said to be `another`, it is."""

    status = 409

    def __init__(self, finding: str, ago: timedelta, by: str) -> None:
        super().__init__(finding, ago, by)
        self.finding, self.ago, self.by = finding, ago, by

    @property
    def told(self) -> Text:
        zh, en = _span(self.ago)
        return Text(
            f"与{self.by}{zh}前报告的 {self.finding} 相同，未重复开启任务；确属另一处的，请勾选“另一处”再报。",
            f"The same as {self.finding}, reported {en} ago by {self.by}; nothing was opened. If it is another one, say so.",
        )

    def __str__(self) -> str:
        ago = _span(self.ago)[1]
        remedy = "update that one, or report again with --another (in the API 'another': true) if it is another"
        return f"the same as {self.finding}, reported {ago} ago by {self.by}; nothing was changed; {remedy}"


def _span(ago: timedelta) -> tuple[str, str]:
    seconds = int(ago.total_seconds())
    return (f"{seconds // 60}分钟", f"{seconds // 60} min") if seconds >= 60 else (f"{seconds}秒", f"{seconds} s")
