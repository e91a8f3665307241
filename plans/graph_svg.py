"""A task graph as SVG: one file without fonts, scripts or links, for a screen, a wall or a printed page."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from plans import graph_words as words
from plans.graph import EdgeKind, Graph, first_level
from plans.graph_layout import BETWEEN_LAYERS, BOX_WIDTH, Box, Layout, Route, laid_out
from plans.graph_legend import COLOURS, INK, legend
from plans.graph_shapes import shape
from plans.graph_text import shortened, wrapped
from plans.graph_words import Language
from plans.model import Task

_margin, _size, _line = 24.0, 12.5, 16.0
_padding, _straight = 8.0, 0.05
_room = (BOX_WIDTH - 2 * _padding - 4) / _size
_style = (
    "text{font-family:'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',system-ui,sans-serif;"
    f"font-size:{_size}px;fill:{INK}}}"
    ".code{font-weight:700}.small{font-size:11px;fill:#374151}.title{font-size:20px;font-weight:700}"
    ".edge{fill:none;stroke:#6b7280;stroke-width:1.3}.soft{stroke-dasharray:2 3}.again{stroke:#7c3aed;stroke-dasharray:8 4}"
    ".critical{stroke:#111827;stroke-width:3.2}.band{stroke:#9ca3af;stroke-dasharray:1 5;stroke-width:2}"
    ".halo{paint-order:stroke;stroke:#fff;stroke-width:4px}"
)


def svg(graph: Graph, language: Language) -> str:
    texts = {name: _texts(graph, task, language) for name, task in graph.tasks.items()}
    layout = laid_out(graph, {name: len(lines) * _line + 2 * _padding for name, lines in texts.items()})
    key = legend(graph, language, max(layout.width, 900.0))
    width, height = max(layout.width, key.width) + 2 * _margin, layout.height + key.height + 2 * _margin + 12
    shift = (width - layout.width) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" lang="{language}" role="img" aria-label={quoteattr(words.heading(graph, language))}>',
        f"<title>{escape(words.heading(graph, language))}</title>",
        f"<style>{_style}</style>",
        _markers(),
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        f'<g transform="translate({_margin} {_margin})">{key.drawn}</g>',
        f'<g transform="translate({shift:.1f} {key.height + _margin + 12:.1f})">',
        *_bands(layout, language),
        *(_edge(graph, route, language) for route in sorted(layout.routes, key=lambda each: graph.critical.joins(each.edge))),
        *(_box(graph, graph.tasks[name], box, texts[name], language) for name, box in layout.boxes.items()),
        *(_limit(route, language) for route in layout.routes),
        "</g></svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _texts(graph: Graph, task: Task, language: Language) -> list[str]:
    """The lines in a box: code and levels, the title, who, how long."""
    who = words.role(graph, task, language)
    if task.signal:
        who = f"{words.word('heads', language)} {who}"
    return [
        task.code or task.name,
        *wrapped(words.say(task.title, language), _room, 4),
        *wrapped(who, _room * _size / 11, 2),
        words.time(graph, task, language),
    ]


def _markers() -> str:
    arrows = (("grey", "#6b7280", 7), ("black", "#111827", 5), ("purple", "#7c3aed", 7))
    return (
        "<defs>"
        + "".join(
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="{size}" markerHeight="{size}" '
            f'orient="auto"><path d="M0 1 10 5 0 9z" fill="{colour}"/></marker>'
            for name, colour, size in arrows
        )
        + "</defs>"
    )


def _bands(layout: Layout, language: Language) -> Iterator[str]:
    for key, y in layout.bands:
        yield f'<path class="band" d="M0 {y:.1f}H{layout.width:.1f}"/>'
        yield f'<text class="code halo" x="0" y="{y - 5:.1f}">{escape(words.word(key, language))}</text>'


def _edge(graph: Graph, route: Route, language: Language) -> str:
    edge = route.edge
    style, marker = {
        EdgeKind.WAITS: ("", "grey"),
        EdgeKind.WAITS_AT_MOST: (" soft", "grey"),
        EdgeKind.REOPENS: (" again", "purple"),
    }[edge.kind]
    if graph.critical.joins(edge):
        style, marker = style + " critical", "black"
    ends = " → ".join(words.say(graph.tasks[name].title, language) for name in (edge.start, edge.end))
    return (
        f'<path class="edge{style}" data-from={quoteattr(edge.start)} data-to={quoteattr(edge.end)} d="{_path(route)}" '
        f'marker-end="url(#{marker})"><title>{escape(ends)}</title></path>'
    )


def _path(route: Route) -> str:
    """Straight down through a layer, in a curve between two."""
    if route.hangs:
        return _hanging(route)
    (x, y), *rest = route.points
    drawn = [f"M{x:.1f} {y:.1f}"]
    for next_x, next_y in rest:
        if abs(next_x - x) < _straight:
            drawn.append(f"L{next_x:.1f} {next_y:.1f}")
        else:
            half = (y + next_y) / 2
            drawn.append(f"C{x:.1f} {half:.1f} {next_x:.1f} {half:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
    return "".join(drawn)


def _hanging(route: Route) -> str:
    """Both ends are in one layer: down, across below it and up again."""
    (x, y), (_, low), (end_x, _), (_, end_y) = route.points
    deep = low + BETWEEN_LAYERS / 2
    return f"M{x:.1f} {y:.1f}V{low:.1f}C{x:.1f} {deep:.1f} {end_x:.1f} {deep:.1f} {end_x:.1f} {low:.1f}V{end_y:.1f}"


def _box(graph: Graph, task: Task, box: Box, lines: list[str], language: Language) -> str:
    fill, stroke = COLOURS[first_level(task)]
    weight = 3.2 if task.name in graph.critical.tasks else 1.3
    colour = "#111827" if task.name in graph.critical.tasks else stroke
    levels = words.run_of(task.levels)
    drawn = [
        f'<g class="task" data-task={quoteattr(task.name)}><title>{escape(words.say(task.title, language))}</title>',
        shape(task, box, f'fill="{fill}" stroke="{colour}" stroke-width="{weight}"'),
    ]
    left, right, y = box.x + _padding + 2, box.x + box.width - _padding - 8, box.y + _padding + 11
    code = shortened(lines[0], _room - 4)
    drawn.append(f'<text class="code" x="{left:.1f}" y="{y:.1f}">{escape(code)}</text>')
    drawn.append(f'<text class="small" x="{right:.1f}" y="{y:.1f}" text-anchor="end">{escape(levels)}</text>')
    title = wrapped(words.say(task.title, language), _room, 4)
    for number, line in enumerate(lines[1:], 1):
        kind = "" if number <= len(title) else ' class="small"'
        drawn.append(f'<text{kind} x="{left:.1f}" y="{y + number * _line:.1f}">{escape(line)}</text>')
    return "".join([*drawn, "</g>"])


def _limit(route: Route, language: Language) -> str:
    """How long a soft edge waits, beside its arrow."""
    text = words.limit(route.edge, language)
    x, y = route.points[-1]
    return f'<text class="small halo" x="{x + 6:.1f}" y="{y - 12:.1f}">{escape(text)}</text>' if text else ""
