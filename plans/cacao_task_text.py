"""Tasks, reports and signals written back in the plan language."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from plans.basics import Level, Text
from plans.model import CorrectFrom, EvidenceField, OnDowngrade, Phase, Repeat, Report, Signal, Task
from plans.quantities import in_words

Entry = dict[str, object]


def title(text: Text) -> object:
    return text.zh if text.zh == text.en else {"zh": text.zh, "en": text.en}


def levels_text(levels: frozenset[Level]) -> object:
    """`IV-I`, one level, or a list where some are left out between."""
    lowest, highest = max(levels), min(levels)
    if len(levels) == 1:
        return lowest.name
    if len(levels) == lowest - highest + 1:
        return f"{lowest.name}-{highest.name}"
    return [level.name for level in sorted(levels, reverse=True)]


def lengths(by_level: Mapping[Level, timedelta], levels: frozenset[Level]) -> object:
    """One length where it is the same at every level of the task."""
    if set(by_level) == levels and len(set(by_level.values())) == 1:
        return in_words(next(iter(by_level.values())))
    return {level.name: in_words(length) for level, length in by_level.items()}


def task_entry(task: Task) -> Entry:
    return dict(_shared(task, "call")) | _given({"done": in_words(task.done)})


def report_entry(task: Task, report: Report) -> Entry:
    own = {
        "track": report.track,
        "clock_from": report.clock_from.value,
        "within": lengths(report.within, task.levels),
        "to": title(report.to),
        "by": report.by,
        "fields": list(report.fields),
        "numbered": report.numbered or None,
        "zero": report.zero or None,
        "sign": list(report.sign),
        "correct_within": _corrections(report),
        "text": title(report.text) if report.text else None,
    }
    return dict(_shared(task, "report")) | _given(own)


def _corrections(report: Report) -> object:
    if report.correct_within is None:
        return None
    within = in_words(report.correct_within)
    return within if report.correct_from is CorrectFrom.FILED else {"within": within, "from": report.correct_from.value}


def signal_entry(task: Task, signal: Signal) -> Entry:
    own = {"send": list(signal.send), "stops": list(signal.stops), "ends_drill": signal.ends_drill or None}
    # what every signal is does not stand in its file
    brought = ("need", "life_safety")
    common = {key: value for key, value in _shared(task, "signal") if key not in brought}
    return common | _given({"done": in_words(task.done), **own})


def evidence(field: EvidenceField) -> Entry:
    mark = "" if field.required else "?"
    if field.fact or field.finding:
        named = {"fact": field.fact and field.fact + mark, "finding": field.finding and field.finding + mark}
        return _given({**named, "title": title(field.title)})
    kind = field.type.value + mark
    choices: object = list(field.choices)
    if field.choice_titles:
        choices = {each: title(text) for each, text in zip(field.choices, field.choice_titles, strict=True)}
    return _given({"type": [kind] if field.many else kind, "of": choices, "title": title(field.title)})


def _given(entry: Mapping[str, object]) -> Entry:
    return {key: value for key, value in entry.items() if value not in (None, "", [], {})}


def _shared(task: Task, message: str) -> Iterator[tuple[str, object]]:
    entry = {
        "code": task.code,
        "title": title(task.title),
        "role": task.role,
        "levels": levels_text(task.levels),
        "confirms": task.confirms,
        "each": task.each,
        "after": [{name: in_words(task.after_at_most[name])} if name in task.after_at_most else name for name in task.after],
        "when": task.when,
        "ack": in_words(task.ack),
        "need": task.need if task.need != "any" else None,
        "every": _every(task),
        "earliest": lengths(task.earliest, task.levels) if task.earliest else None,
        "while": task.repeat_while,
        "until": task.repeat_until,
        "pause": task.pause,
        "progress": lengths(task.progress, task.levels) if task.progress else None,
        "again": list(task.again),
        "reopens": list(task.reopens),
        "escalate": task.ladder,
        "late": task.late,
        "message": task.message if task.message != message else None,
        "on_downgrade": {"hand_over": task.hand_over} if task.hand_over else _unless(task.on_downgrade, OnDowngrade.CANCEL),
        "on_end": _unless(task.on_end, task.usual_end),
        "phase": _unless(task.phase, Phase.RESPONSE),
        "life_safety": task.life_safety or None,
        "approval": task.approval or None,
        "source": task.source,
        "evidence": {each.name: evidence(each) for each in task.evidence},
    }
    yield from _given(entry).items()


def _unless(value: str, default: str) -> str | None:
    return str(value) if value != default else None


def _every(task: Task) -> object:
    if not task.every_case:
        return lengths(task.every, task.levels) if task.every else None
    cases: list[object] = [_case(case, task) for case in task.every_case]
    return [*cases, lengths(task.every, task.levels)] if task.every else cases


def _case(case: Repeat, task: Task) -> Entry:
    during = in_words(case.during) if case.during is not None else None
    return _given({"during": during, "when": case.when, "is": lengths(case.every, task.levels)})
