"""How a value is said to people, in Chinese and English: yes or no, a plain number, the title of a choice."""

from typing import Protocol

from flows.model.task_events import Value
from plans.model import Text

YES, NO = Text("是", "yes"), Text("否", "no")


class Titled(Protocol):
    """A fact, or a field that people fill in."""

    def titled(self, choice: str, /) -> Text: ...


def shown(value: Value | tuple[Value, ...], of: Titled | None) -> Text:
    match value:
        case bool():
            return YES if value else NO
        case float() | int():
            return Text(f"{value:.15g}", f"{value:.15g}")
        case tuple():
            several = [shown(each, of) for each in value]
            return Text("、".join(each.zh for each in several), ", ".join(each.en for each in several))
        case str():
            return of.titled(value) if of else Text(value, value)
