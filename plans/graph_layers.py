"""Names in layers with few lines crossing: an edge over several layers gets a place in each of them. Knows nothing of plans."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_sweeps = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A node in a layer, or where a long edge passes through it: then `edge` is the number of the edge."""

    node: str = ""
    edge: int = -1
    layer: int = -1

    @property
    def passes(self) -> bool:
        return self.edge >= 0


Line = tuple[Place, ...]
"""The places an edge goes through, from the upper layer to the lower one."""


def layers_of(order: Iterable[str], before: Mapping[str, Sequence[str]], widest: int, first: int = 0) -> dict[str, int]:
    """The layer of each name: below everything before it, and no layer with more than `widest` names. `order`: before first."""
    names = list(order)
    below: dict[str, int] = {}
    for name in reversed(names):
        below.setdefault(name, 0)
        for each in before[name]:
            below[each] = max(below.get(each, 0), below[name] + 1)
    counts: dict[int, int] = defaultdict(int)
    found: dict[str, int] = {}
    # those that much depends on come first: the others can wait for a free place
    for name in sorted(names, key=lambda name: -below[name]):
        layer = max((found[each] + 1 for each in before[name] if each in found), default=first)
        while counts[layer] >= widest:
            layer += 1
        found[name] = layer
        counts[layer] += 1
    return found


def lines_of(edges: Sequence[tuple[str, str]], layer: Mapping[str, int]) -> list[Line]:
    """Every edge from its upper to its lower end; ends in one layer make a line of two places in that layer."""
    lines = []
    for number, ends in enumerate(edges):
        upper, lower = sorted(ends, key=lambda name: layer[name])
        between = [Place(edge=number, layer=each) for each in range(layer[upper] + 1, layer[lower])]
        lines.append((Place(upper), *between, Place(lower)))
    return lines


def arranged(layer: Mapping[str, int], lines: Sequence[Line]) -> list[list[Place]]:
    """The places of each layer from left to right, as few crossings as the sweeps find."""
    rows: list[list[Place]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name, number in layer.items():
        rows[number].append(Place(name))
    for line in lines:
        for place in line[1:-1]:
            rows[place.layer].append(place)
    up, down = neighbours(layer, lines)
    best, fewest = rows, crossings(rows, down)
    for sweep in range(_sweeps):
        rows = _swept(rows, up if sweep % 2 == 0 else down, downward=sweep % 2 == 0)
        count = crossings(rows, down)
        if count < fewest:
            best, fewest = rows, count
    return _switched(best, up, down)


def neighbours(layer: Mapping[str, int], lines: Sequence[Line]) -> tuple[dict[Place, list[Place]], dict[Place, list[Place]]]:
    """For each place those it is joined to in the layer above, and below."""
    up: dict[Place, list[Place]] = defaultdict(list)
    down: dict[Place, list[Place]] = defaultdict(list)
    for line in lines:
        if layer[line[0].node] != layer[line[-1].node]:
            for upper, lower in pairwise(line):
                down[upper].append(lower)
                up[lower].append(upper)
    return up, down


def crossings(rows: Sequence[Sequence[Place]], down: Mapping[Place, Sequence[Place]]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        position = {place: number for number, place in enumerate(lower)}
        seen: list[int] = []
        for place in upper:
            ends = sorted(position[each] for each in down.get(place, ()))
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _swept(rows: list[list[Place]], beside: Mapping[Place, Sequence[Place]], *, downward: bool) -> list[list[Place]]:
    rows = [list(row) for row in rows]
    numbers = range(1, len(rows)) if downward else range(len(rows) - 2, -1, -1)
    for number in numbers:
        other = {place: index for index, place in enumerate(rows[number - 1 if downward else number + 1])}
        own = {place: index for index, place in enumerate(rows[number])}
        scale = len(other) / max(len(own), 1)
        centres = {place: _mean([other[each] for each in beside.get(place, ())], own[place] * scale) for place in own}
        rows[number].sort(key=lambda place: centres[place])
    return rows


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _switched(
    rows: list[list[Place]], up: Mapping[Place, Sequence[Place]], down: Mapping[Place, Sequence[Place]]
) -> list[list[Place]]:
    """Neighbours change places wherever that takes a crossing away."""
    better = True
    rounds = 0
    while better and rounds < _sweeps:
        better, rounds = False, rounds + 1
        position = {place: index for row in rows for index, place in enumerate(row)}
        for row in rows:
            for index in range(len(row) - 1):
                left, right = row[index], row[index + 1]
                if _crossed(left, right, up, down, position) > _crossed(right, left, up, down, position):
                    row[index], row[index + 1] = right, left
                    position[left], position[right] = index + 1, index
                    better = True
    return rows


def _crossed(
    left: Place,
    right: Place,
    up: Mapping[Place, Sequence[Place]],
    down: Mapping[Place, Sequence[Place]],
    position: Mapping[Place, int],
) -> int:
    return sum(
        position[one] > position[other]
        for beside in (up, down)
        for one in beside.get(left, ())
        for other in beside.get(right, ())
    )
