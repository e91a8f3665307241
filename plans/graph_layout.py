"""Where each task and each edge of a graph is drawn: boxes in layers from above to below, signals in a row of their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt

from plans.graph import Edge, EdgeKind, Graph
from plans.graph_layers import Line, Place, arranged, layers_of, lines_of, neighbours
from plans.model import Phase

BOX_WIDTH = 164.0
BETWEEN_BOXES, BETWEEN_LINES, BETWEEN_LAYERS = 18.0, 12.0, 58.0
BAND = 34.0
"""Room for the words above the recovery and above the signals."""
_passes_width = 4.0
_straightening = 24


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Route:
    """An edge from its first to its last point; the points between are where it leaves and enters the layers."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    hangs: bool = False
    """Both ends are in the same layer; the way between them is below it."""


@dataclass(frozen=True, slots=True)
class Layout:
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    width: float
    height: float
    bands: tuple[tuple[str, float], ...]
    """What stands apart (`recovery`, `alone`, `signals`), and where it begins."""


def laid_out(graph: Graph, heights: Mapping[str, float]) -> Layout:
    """`heights` of the boxes; all are `BOX_WIDTH` wide."""
    joined = {name for edge in graph.edges for name in (edge.start, edge.end)}
    apart = [name for name in graph.tasks if name not in joined] if joined else []
    layer = _layers(graph, [name for name in graph.order if name not in apart])
    lines = lines_of([(edge.start, edge.end) for edge in graph.edges], layer)
    rows = arranged(layer, lines)
    middles = _middles(rows, *neighbours(layer, lines))
    first = min((number for name, number in layer.items() if graph.tasks[name].phase is Phase.RECOVERY), default=None)
    tops, bottoms = _heights(rows, heights, first)
    boxes = {
        place.node: Box(middles[place] - BOX_WIDTH / 2, tops[number], BOX_WIDTH, heights[place.node])
        for number, row in enumerate(rows)
        for place in row
        if not place.passes
    }
    routes = _Router(boxes, layer, tops, bottoms, middles).routes(graph.edges, lines)
    width = max((middle + BOX_WIDTH / 2 for middle in middles.values()), default=BOX_WIDTH)
    bands = [("recovery", tops[first] - BAND)] if first is not None else []
    end = bottoms[-1] if bottoms else 0.0
    signals = [name for name in apart if graph.tasks[name].signal]
    for key, names in (("alone", [name for name in apart if name not in signals]), ("signals", signals)):
        if names:
            bands.append((key, end + BAND))
            boxes |= _row_apart(names, heights, width, end + 1.5 * BAND)
            end = max(boxes[name].bottom for name in names)
    return Layout(boxes, tuple(routes), max(box.x + box.width for box in boxes.values()) if boxes else width, end, tuple(bands))


def _layers(graph: Graph, names: Sequence[str]) -> dict[str, int]:
    before: dict[str, list[str]] = {name: [] for name in names}
    for edge in graph.edges:
        if edge.kind is not EdgeKind.REOPENS:
            before[edge.end].append(edge.start)
    widest = max(5, ceil(sqrt(len(names))))
    response = [name for name in names if graph.tasks[name].phase is Phase.RESPONSE]
    layer = layers_of(response, before, widest)
    recovery = {name: [each for each in before[name] if each not in layer] for name in names if name not in layer}
    return layer | layers_of(recovery, recovery, widest, max(layer.values(), default=-1) + 1)


def _heights(rows: Sequence[Sequence[Place]], heights: Mapping[str, float], first: int | None) -> tuple[list[float], list[float]]:
    tops, bottoms, y = list[float](), list[float](), 0.0
    for number, row in enumerate(rows):
        y += BAND if number == first else 0
        tops.append(y)
        bottoms.append(y + max(heights[place.node] for place in row if not place.passes))
        y = bottoms[-1] + BETWEEN_LAYERS
    return tops, bottoms


def _row_apart(names: Sequence[str], heights: Mapping[str, float], width: float, y: float) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    each_row = max(1, int((width + BETWEEN_BOXES) // (BOX_WIDTH + BETWEEN_BOXES)))
    for start in range(0, len(names), each_row):
        row = names[start : start + each_row]
        for number, name in enumerate(row):
            boxes[name] = Box(number * (BOX_WIDTH + BETWEEN_BOXES), y, BOX_WIDTH, heights[name])
        y += max(heights[name] for name in row) + BETWEEN_BOXES
    return boxes


def _middles(
    rows: Sequence[Sequence[Place]], up: Mapping[Place, Sequence[Place]], down: Mapping[Place, Sequence[Place]]
) -> dict[Place, float]:
    """Each place near the middle of those it is joined to, in the order of its layer and with room between."""
    found: dict[Place, float] = {}
    for row in rows:
        found |= zip(row, _spaced(row, [0.0] * len(row)), strict=True)
    for turn in range(_straightening):
        for row in rows if turn % 2 == 0 else reversed(rows):
            sides = (up,) if turn % 4 == 0 else (down,) if turn % 4 == 1 else (up, down)
            wished = [_wish(place, found, sides) for place in row]
            found |= zip(row, _spaced(row, wished), strict=True)
    return _closed_up(found)


def _closed_up(found: Mapping[Place, float]) -> dict[Place, float]:
    """From the left edge on, without strips that are empty from top to bottom."""
    closed: dict[Place, float] = {}
    reached, gap = 0.0, 0.0
    for place in sorted(found, key=lambda place: found[place] - _size(place) / 2):
        left = found[place] - _size(place) / 2
        if not closed:
            gap = left
        elif left - gap > reached + BETWEEN_BOXES:
            gap = left - reached - BETWEEN_BOXES
        closed[place] = found[place] - gap
        reached = max(reached, closed[place] + _size(place) / 2)
    return closed


def _wish(place: Place, found: Mapping[Place, float], sides: Sequence[Mapping[Place, Sequence[Place]]]) -> float:
    beside = [each for side in sides for each in side.get(place, ())]
    # a long edge runs straight before it is central
    weights = [4.0 if place.passes and each.passes else 1.0 for each in beside]
    wished = sum(found[each] * weight for each, weight in zip(beside, weights, strict=True))
    return wished / sum(weights) if beside else found[place]


def _spaced(row: Sequence[Place], wished: Sequence[float]) -> list[float]:
    """As near to the wishes as the room between allows (pooled neighbours, least squares); long edges weigh more."""
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + _apart(left, right))
    blocks: list[tuple[float, float, int]] = []
    for place, wish, offset in zip(row, wished, offsets, strict=False):
        weight = 3.0 if place.passes else 1.0
        block = (weight, weight * (wish - offset), 1)
        while blocks and blocks[-1][1] / blocks[-1][0] >= block[1] / block[0]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    starts = [total / weight for weight, total, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=False)]


def _apart(left: Place, right: Place) -> float:
    both = left.passes and right.passes
    return (_size(left) + _size(right)) / 2 + (BETWEEN_LINES if both else BETWEEN_BOXES)


def _size(place: Place) -> float:
    return _passes_width if place.passes else BOX_WIDTH


class _Router:
    def __init__(
        self,
        boxes: Mapping[str, Box],
        layer: Mapping[str, int],
        tops: Sequence[float],
        bottoms: Sequence[float],
        middles: Mapping[Place, float],
    ) -> None:
        self.boxes, self.layer, self.tops, self.bottoms, self.middles = boxes, layer, tops, bottoms, middles

    def routes(self, edges: Sequence[Edge], lines: Sequence[Line]) -> list[Route]:
        leaving, entering = self._ports(lines)
        pairs = enumerate(zip(edges, lines, strict=True))
        return [self._route(edge, line, leaving[number], entering[number]) for number, (edge, line) in pairs]

    def _route(self, edge: Edge, line: Line, start: float, end: float) -> Route:
        upper, lower = line[0].node, line[-1].node
        level = self.layer[upper]
        points = [(start, self.boxes[upper].bottom), (start, self.bottoms[level])]
        hangs = self.layer[lower] == level
        if hangs:
            points += [(end, self.bottoms[level]), (end, self.boxes[lower].bottom)]
        else:
            for place in line[1:-1]:
                x = self.middles[place]
                points += [(x, self.tops[place.layer]), (x, self.bottoms[place.layer])]
            points.append((end, self.boxes[lower].y))
        return Route(edge, tuple(points if edge.start == upper else reversed(points)), hangs)

    def _ports(self, lines: Sequence[Line]) -> tuple[dict[int, float], dict[int, float]]:
        """Where each line leaves its upper box and enters the lower one: side by side, in the order of where they go."""
        wishes: dict[tuple[str, bool], list[tuple[float, int, bool]]] = defaultdict(list)
        for number, line in enumerate(lines):
            same = self.layer[line[0].node] == self.layer[line[-1].node]
            wishes[line[0].node, True].append((self.middles[line[1]], number, True))
            wishes[line[-1].node, same].append((self.middles[line[-2]], number, False))
        leaving: dict[int, float] = {}
        entering: dict[int, float] = {}
        for (name, _), wished in wishes.items():
            box = self.boxes[name]
            step = min(16.0, box.width * 0.8 / len(wished))
            for index, (_, number, leaves) in enumerate(sorted(wished)):
                x = box.middle + (index - (len(wished) - 1) / 2) * step
                (leaving if leaves else entering)[number] = x
        return leaving, entering
