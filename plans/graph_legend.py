"""The head of a drawn task graph: its title, its critical path, and what colours, shapes and lines mean."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from plans import graph_words as words
from plans.graph import EdgeKind, Graph, first_level
from plans.graph_layout import Box
from plans.graph_shapes import shape
from plans.graph_text import width, wrapped
from plans.graph_words import Language
from plans.model import Level, Task

INK = "#111827"
COLOURS = {
    Level.IV: ("#dbeafe", "#2563eb"),
    Level.III: ("#fef9c3", "#a16207"),
    Level.II: ("#fed7aa", "#c2410c"),
    Level.I: ("#fecaca", "#b91c1c"),
}
"""Fill and outline by the level from which a task applies: the colours of the warnings."""
_size, _row, _sample, _between = 12.5, 26.0, 26.0, 22.0


@dataclass(frozen=True, slots=True)
class Legend:
    drawn: str
    width: float
    height: float


def legend(graph: Graph, language: Language, room: float) -> Legend:
    parts = [f'<text class="title" x="0" y="20">{escape(words.heading(graph, language))}</text>']
    y = 48.0
    if not graph.tasks:
        parts.append(f'<text x="0" y="{y}">{escape(words.word("none", language))}</text>')
        return Legend("".join(parts), room, y)
    if graph.critical.tasks:
        for line in wrapped(words.critical(graph, language), room / _size, 4):
            parts.append(f'<text class="code" x="0" y="{y:.1f}">{escape(line)}</text>')
            y += 20
    x = 0.0
    for sample, text in _entries(graph, language):
        length = _sample + 8 + width(text) * _size
        if x and x + length > room:
            x, y = 0.0, y + _row
        parts.append(f'<g transform="translate({x:.1f} {y - 6:.1f})">{sample}</g>')
        parts.append(f'<text x="{x + _sample + 8:.1f}" y="{y + 7:.1f}">{escape(text)}</text>')
        x += length + _between
    return Legend("".join(parts), room, y + _row)


def _entries(graph: Graph, language: Language) -> Iterator[tuple[str, str]]:
    box = Box(0, 0, _sample, 18)
    tasks = list(graph.tasks.values())
    # the first four are said to be colours, the next shapes
    for level in sorted({first_level(task) for task in tasks}, reverse=True):
        fill, stroke = COLOURS[level]
        yield shape(_plain(tasks[0]), box, f'fill="{fill}" stroke="{stroke}"'), words.from_level(level, language)
    for key, found in _shapes(tasks).items():
        yield shape(found, box, 'fill="#f9fafb" stroke="#374151"'), words.word(key, language)
    for kind, style in ((EdgeKind.WAITS, ""), (EdgeKind.WAITS_AT_MOST, " soft"), (EdgeKind.REOPENS, " again")):
        if any(edge.kind is kind for edge in graph.edges):
            yield f'<path class="edge{style}" d="M0 9H{_sample}"/>', words.word(kind.value, language)
    if graph.critical.tasks:
        yield f'<path class="edge critical" d="M0 9H{_sample}"/>', words.word("critical", language)


def _plain(task: Task) -> Task:
    return replace(task, each="", report=None, signal=None)


def _shapes(tasks: list[Task]) -> dict[str, Task]:
    """One of each shape that occurs."""
    found: dict[str, Task] = {"task": _plain(tasks[0])}
    for task in tasks:
        kind = "signal" if task.signal else "report" if task.report else "each" if task.each else "task"
        found.setdefault(kind, task)
    return found
