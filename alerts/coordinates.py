"""Polygon and circle texts to numbers as (longitude, latitude), and what is wrong with them. Needs no geometry library."""

import math
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ring:
    """A closed ring, or an empty one when the text cannot be used."""

    points: tuple[Point, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    center: Point
    kilometres: float


def read_polygon(text: str) -> Ring:
    """`lat,lon lat,lon …`; spaces of any kind and number between."""
    points = [_point(pair) for pair in text.split()]
    if not points or None in points:
        return Ring((), ("polygon_unreadable",))
    ring = [point for point in points if point is not None]
    faults = []
    if any(abs(latitude) > 90 for _, latitude in ring):
        return Ring((), ("latitude_range",))
    if any(abs(longitude) > 180 for longitude, _ in ring):
        faults.append("longitude_range")
    if ring[0] != ring[-1]:
        ring.append(ring[0])
        faults.append("polygon_open")
    if len(ring) < 4:
        return Ring((), (*faults, "polygon_short"))
    return Ring(tuple(ring), tuple(faults))


def read_circle(text: str) -> Circle | None:
    """`lat,lon radius` with the radius in kilometres."""
    parts = text.split()
    center = _point(parts[0]) if len(parts) == 2 else None
    if center is None or abs(center[1]) > 90:
        return None
    try:
        kilometres = float(parts[1])
    except ValueError:
        return None
    return Circle(center, kilometres) if 0 <= kilometres <= 20_000 else None


def circle_faults(text: str) -> tuple[str, ...]:
    return () if read_circle(text) else ("circle_unreadable",)


def _point(pair: str) -> Point | None:
    latitude, comma, longitude = pair.partition(",")
    try:
        point = (float(longitude), float(latitude))
    except ValueError:
        return None
    return point if comma and all(math.isfinite(number) for number in point) else None
