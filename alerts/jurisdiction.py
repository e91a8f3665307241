"""How the area of an alert stands to the own one. What cannot be told is `unknown`, a question for a person, never "outside"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.coordinates import read_circle, read_polygon
from alerts.divisions import Relation, is_division_system, is_known_form, relation
from alerts.model import Area
from alerts.shapes import jurisdiction_shape, shape_of


class Standing(StrEnum):
    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Empty: everywhere. Polygons are CAP texts (`lat,lon …`)."""

    geocodes: tuple[str, ...] = ()
    polygons: tuple[str, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        return not self.geocodes and not self.polygons


@dataclass(frozen=True, slots=True)
class Overlap:
    """`share` of the jurisdiction that is covered, where it can be measured; `basis` is what it was judged by."""

    standing: Standing
    basis: str
    share: float | None = None
    areas: tuple[str, ...] = ()
    """Descriptions of the areas that matched or could not be judged."""


def overlap_of(areas: Sequence[Area], jurisdiction: Jurisdiction) -> Overlap:
    """The union of all areas: inside if any is, else unknown if any is, else outside. No area at all is unknown."""
    if jurisdiction.is_everywhere:
        return Overlap(Standing.INSIDE, "everywhere", None, _names(areas))
    if not areas:
        return Overlap(Standing.UNKNOWN, "no_area")
    judged = [(area, _judge(area, jurisdiction)) for area in areas]
    for standing in (Standing.INSIDE, Standing.UNKNOWN):
        chosen = [(area, overlap) for area, overlap in judged if overlap.standing is standing]
        if chosen:
            shares = [overlap.share for _, overlap in chosen if overlap.share is not None]
            basis = chosen[0][1].basis
            return Overlap(standing, basis, min(sum(shares), 1.0) if shares else None, _names(area for area, _ in chosen))
    return Overlap(Standing.OUTSIDE, judged[0][1].basis)


def _judge(area: Area, jurisdiction: Jurisdiction) -> Overlap:
    found = [overlap for overlap in (_by_shape(area, jurisdiction), _by_geocode(area, jurisdiction)) if overlap]
    inside = [overlap for overlap in found if overlap.standing is Standing.INSIDE]
    return next(iter(inside + found), Overlap(Standing.UNKNOWN, "description"))


def _by_shape(area: Area, jurisdiction: Jurisdiction) -> Overlap | None:
    if not jurisdiction.polygons or not _has_shape(area):
        return None
    shape = shape_of(area)
    if shape is None:
        return None
    own = jurisdiction_shape(jurisdiction.polygons)
    if not own.intersects(shape):
        return Overlap(Standing.OUTSIDE, "shape", 0.0)
    return Overlap(Standing.INSIDE, "shape", round(own.intersection(shape).area / own.area, 4) if own.area else None)


def _has_shape(area: Area) -> bool:
    return any(read_polygon(text).points for text in area.polygons) or any(read_circle(text) for text in area.circles)


def _by_geocode(area: Area, jurisdiction: Jurisdiction) -> Overlap | None:
    codes = [code.value for code in area.geocodes if is_division_system(code.name) and is_known_form(code.value)]
    if not codes or not jurisdiction.geocodes:
        return None
    relations = {relation(code, own) for code in codes for own in jurisdiction.geocodes}
    if Relation.COVERS in relations:
        return Overlap(Standing.INSIDE, "geocode", 1.0)
    return Overlap(Standing.INSIDE if Relation.PART in relations else Standing.OUTSIDE, "geocode")


def _names(areas: Iterable[Area]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(area.description for area in areas if area.description))
