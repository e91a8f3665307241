"""What is written in and around a task graph, in Chinese or English."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal

from plans.graph import Edge, EdgeKind, Graph, time_for
from plans.model import Level, Task, Text

Language = Literal["zh", "en"]

_words: Mapping[str, Text] = {
    "title": Text("任务关系图", "Task graph"),
    "at": Text("响应级别", "at level"),
    "critical": Text("关键路径", "Critical path"),
    "total": Text("合计最长", "at most"),
    "from": Text("级起", "and above"),
    "levels": Text("颜色：从哪一级起执行", "Colour: the level from which a task applies"),
    "task": Text("任务", "Task"),
    "each": Text("每项发现各一", "For each finding"),
    "report": Text("信息报送", "Report"),
    "signal": Text("信号", "Signal"),
    "waits": Text("等前项完成", "Waits until it is done"),
    "waits_at_most": Text("最多等到时限", "Waits at most so long"),
    "reopens": Text("使其重新开启", "Opens it again"),
    "recovery": Text("恢复阶段", "Recovery"),
    "alone": Text("前后没有其他任务", "Before and after no other task"),
    "signals": Text("信号（随时可发，高于一切）", "Signals (at any time, above everything)"),
    "within": Text("时限", "within"),
    "repeats": Text("重复", "repeats"),
    "heads": Text("清点", "heads counted by"),
    "none": Text("该级别没有任务", "No task at this level"),
}
_units = {
    "zh": (("天", 86400), ("小时", 3600), ("分钟", 60), ("秒", 1)),
    "en": ((" d", 86400), (" h", 3600), (" min", 60), (" s", 1)),
}


def word(key: str, language: Language) -> str:
    return say(_words[key], language)


def say(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


def spoken(length: timedelta, language: Language) -> str:
    """`8 h 45 min`, `8小时45分钟`; a single unit where one is exact and not long: `90 分钟`."""
    seconds = round(length.total_seconds())
    if seconds < 120 * 60 and seconds % 60 == 0 and seconds % 3600:
        return f"{seconds // 60}{_units[language][2][0]}"
    if seconds <= 72 * 3600 and seconds % 3600 == 0 and seconds:
        return f"{seconds // 3600}{_units[language][1][0]}"
    parts = []
    for name, size in _units[language]:
        count, seconds = divmod(seconds, size)
        parts += [f"{count}{name}"] if count else []
    return ("" if language == "zh" else " ").join(parts) or f"0{_units[language][2][0]}"


def heading(graph: Graph, language: Language) -> str:
    level = ""
    if graph.level:
        level = f"（{graph.level.name}级响应）" if language == "zh" else f" ({word('at', language)} {graph.level.name})"
    separator = " — " if language == "en" else "　"
    return f"{say(graph.plan.title, language)}{separator}{word('title', language)}{level}"


def critical(graph: Graph, language: Language) -> str:
    """The chain in a line: codes where there are any."""
    chain = " → ".join(graph.tasks[name].code or say(graph.tasks[name].title, language) for name in graph.critical.tasks)
    total = f"{word('total', language)} {spoken(graph.critical.total, language)}"
    return (
        f"{word('critical', language)}: {chain} ({total})"
        if language == "en"
        else f"{word('critical', language)}：{chain}（{total}）"
    )


def from_level(level: Level, language: Language) -> str:
    if level is Level.I:
        return "仅I级" if language == "zh" else "I only"
    return f"{level.name}{word('from', language)}" if language == "zh" else f"{level.name} {word('from', language)}"


def role(graph: Graph, task: Task, language: Language) -> str:
    given = graph.plan.roles.get(task.role)
    return say(given.title, language) if given else task.role


def time(graph: Graph, task: Task, language: Language) -> str:
    """`≤ 20 min ↻`."""
    mark = " ↻" if task.every or task.every_case else ""
    return f"≤ {spoken(time_for(task, graph.level), language)}{mark}"


def limit(edge: Edge, language: Language) -> str:
    return f"≤ {spoken(edge.limit, language)}" if edge.kind is EdgeKind.WAITS_AT_MOST and edge.limit else ""


def run_of(levels: Iterable[Level]) -> str:
    """`IV–I` for a run of levels, else a list."""
    numbers = sorted(levels, reverse=True)
    if len(numbers) > 1 and numbers[0] - numbers[-1] == len(numbers) - 1:
        return f"{numbers[0].name}–{numbers[-1].name}"
    return ",".join(level.name for level in numbers)
