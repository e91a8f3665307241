"""Geometry of areas (longitude, latitude; WGS 84). The libraries are imported on first use: most commands need none.

A shape that cannot be used is dropped, never taken for "nowhere": see `alerts.jurisdiction` for what an area falls back to.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from alerts.coordinates import Circle, Point, read_circle, read_polygon
from alerts.model import Area

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_EDGES_OF_CIRCLE = 72
_EXCLUDED = "EXCLUDE_POLYGON"
"""The German weather service names holes this way."""


def shape_of(area: Area) -> "BaseGeometry | None":
    """The union of the area's usable polygons and circles; None when there is none."""
    import shapely

    shapes = [*_polygons(area.polygons), *(_disc(circle) for text in area.circles if (circle := read_circle(text)))]
    if not shapes:
        return None
    union = shapely.union_all(shapes)
    holes = [*_polygons(geocode.value for geocode in area.geocodes if geocode.name == _EXCLUDED)]
    return union.difference(shapely.union_all(holes)) if holes else union


@lru_cache(maxsize=32)
def jurisdiction_shape(polygons: tuple[str, ...]) -> "BaseGeometry":
    """Prepared, so that a polygon of thousands of points is matched at once."""
    import shapely

    shape = shapely.union_all([*_polygons(polygons)])
    shapely.prepare(shape)
    return shape


def polygon_faults(text: str) -> tuple[str, ...]:
    """What is wrong with a polygon, in its numbers and in its geometry."""
    ring = read_polygon(text)
    return ring.faults + _ring_faults(ring.points) if ring.points else ring.faults


def _ring_faults(points: tuple[Point, ...]) -> tuple[str, ...]:
    """What only geometry can tell: a ring that crosses itself or encloses nothing."""
    import shapely

    ring = shapely.Polygon(_unwrapped(points))
    if ring.is_valid and ring.area > 0:
        return ()
    return ("polygon_crossing",) if _valid_parts(ring) else ("polygon_empty",)


def _polygons(texts: Iterable[str]) -> "list[BaseGeometry]":
    return [part for text in texts if (ring := read_polygon(text)).points for part in _on_the_globe(ring.points)]


def _on_the_globe(points: tuple[Point, ...]) -> "list[BaseGeometry]":
    """Valid polygons between -180 and 180; one that crosses the antimeridian comes as its two sides."""
    import shapely

    parts = _valid_parts(shapely.Polygon(_unwrapped(points)))
    if all(-180 <= bound <= 180 for part in parts for bound in (part.bounds[0], part.bounds[2])):
        return parts
    turns = (-720, -360, 0, 360, 720)
    world = shapely.box(-180, -90, 180, 90)
    moved = (_turned(part, turn).intersection(world) for part in parts for turn in turns)
    return [piece for piece in moved if piece.area > 0]


def _turned(part: "BaseGeometry", degrees: int) -> "BaseGeometry":
    from shapely import affinity

    return affinity.translate(part, xoff=degrees)


def _unwrapped(points: tuple[Point, ...]) -> list[Point]:
    """Longitudes made continuous: a step over half the globe is the short way round."""
    unwrapped = [points[0]]
    for longitude, latitude in points[1:]:
        turns = round((unwrapped[-1][0] - longitude) / 360)
        unwrapped.append((longitude + 360 * turns, latitude))
    return unwrapped


def _valid_parts(polygon: "BaseGeometry") -> "list[BaseGeometry]":
    import shapely

    repaired = polygon if polygon.is_valid else shapely.make_valid(polygon)
    return [part for part in shapely.get_parts(shapely.get_parts(repaired)) if part.geom_type == "Polygon" and part.area > 0]


def _disc(circle: Circle) -> "BaseGeometry":
    """A geodesic circle; radius 0 is a point, never an empty set."""
    import shapely

    if circle.kilometres == 0:
        return shapely.Point(circle.center)
    import pyproj

    bearings = [360 / _EDGES_OF_CIRCLE * edge for edge in range(_EDGES_OF_CIRCLE)]
    count = len(bearings)
    longitude, latitude = circle.center
    ends = pyproj.Geod(ellps="WGS84").fwd([longitude] * count, [latitude] * count, bearings, [circle.kilometres * 1000] * count)
    ring = [*zip(ends[0], ends[1], strict=True)]
    return shapely.union_all(_on_the_globe((*ring, ring[0])))
