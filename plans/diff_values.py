"""The values of a plan as a comparison shows them: people by their titles, times in words."""

from collections.abc import Mapping
from datetime import timedelta

from plans.basics import Level, Text
from plans.model import GradeRow, Plan, Rung
from plans.quantities import in_words
from plans.task_model import Repeat

nothing = Text("无", "none")
_plain: Mapping[object, Text] = {
    True: Text("是", "yes"),
    False: Text("否", "no"),
    "assignee": Text("责任人", "the assignee"),
    "deputy": Text("副岗", "the deputy"),
    "level": Text("级别", "the level"),
    "night": Text("昼夜", "sunset and sunrise"),
}
_named_by = {
    "roles": {"role", "hand_over", "tell", "approve", "activate", "sign", "send", "report"},
    "tasks": {"after", "after_at_most", "confirms", "reopens", "stops"},
    "ladders": {"ladder", "late", "sign"},
    "facts": {"again", "fields", "fact"},
    "findings": {"each"},
}
"""Which fields hold the names of what: shown by their titles."""


def shown(value: object, field: str, plan: Plan) -> Text:
    """`field` says what a name is the name of."""
    match value:
        case None | "" | ():
            return nothing
        case Text():
            return value
        case timedelta():
            return _both(in_words(value) if value else "0 min")
        case Level():
            return _both(value.name)
        case bool():
            return _plain[value]
        case float():
            return _both(f"{value:g}")
        case str():
            return _title(value, field, plan)
        case tuple():
            return joined([shown(each, field, plan) for each in value])
        case Mapping():
            return _entries(value, field, plan)
        case Repeat():
            return _repeat(value, plan)
        case GradeRow():
            return _both(f"{value.grade}: {_grades(value)}")
        case Rung():
            return Text(f"{in_words(value.at)} {shown(value.tell, 'tell', plan).zh}", f"{in_words(value.at)} {value.tell}")
        case _:
            title = getattr(value, "title", None)
            return title if isinstance(title, Text) else _both(str(title or getattr(value, "name", value)))


def joined(texts: list[Text]) -> Text:
    return Text("、".join(each.zh for each in texts), ", ".join(each.en for each in texts))


def _entries(entries: Mapping[object, object], field: str, plan: Plan) -> Text:
    """`IV 2 h、III 1 h`; one value for every level is said once."""
    by_level = all(isinstance(key, Level) for key in entries)
    if by_level and len(set(entries.values())) == 1:
        return shown(next(iter(entries.values())), field, plan)
    keys = sorted(entries, key=str, reverse=True) if by_level else list(entries)
    return joined([_labelled(shown(key, field, plan), shown(entries[key], field, plan)) for key in keys])


def _title(name: str, field: str, plan: Plan) -> Text:
    for section, names in _named_by.items():
        elements = getattr(plan, section)
        if field in names and name in elements:
            return Text(elements[name].title.zh, elements[name].title.en)
    return _plain.get(name, _both(name))


def _repeat(case: Repeat, plan: Plan) -> Text:
    every = shown(case.every, "every", plan)
    zh, en = every.zh, every.en
    if case.during is not None:
        zh, en = f"{in_words(case.during)}内 {zh}", f"{en} for {in_words(case.during)}"
    return Text(f"{case.when} 时 {zh}", f"{en} while {case.when}") if case.when else Text(zh, en)


def _grades(row: GradeRow) -> str:
    if row.values:
        return ", ".join(row.values)
    low, high = ("" if end is None else f"{end:g}" for end in (row.low, row.high))
    return f"{'[' if low else '('}{low}, {high})"


def _labelled(key: Text, value: Text) -> Text:
    return Text(f"{key.zh} {value.zh}", f"{key.en} {value.en}")


def _both(text: str) -> Text:
    return Text(text, text)
