"""Behaviours 81-93: areas in the right place, repaired where they can be, and never silently nowhere."""

import time

import pytest
import shapely

from alerts.coordinates import circle_faults, read_polygon
from alerts.divisions import Relation, prefix, relation
from alerts.jurisdiction import Jurisdiction, Standing, overlap_of
from alerts.model import Area, Named
from alerts.shapes import polygon_faults, shape_of

BAOJI_RING = "34.5,106.8 34.5,107.9 34.1,107.9 34.1,106.8 34.5,106.8"
BAOJI = Jurisdiction(geocodes=("610300",), polygons=(BAOJI_RING,))


def polygon(*texts: str) -> Area:
    return Area("somewhere", polygons=texts)


def geocode(value: str, name: str = "GB/T 2260") -> Area:
    return Area("somewhere", geocodes=(Named(name, value),))


def standing(*areas: Area, jurisdiction: Jurisdiction = BAOJI) -> Standing:
    return overlap_of(areas, jurisdiction).standing


def test_81_latitude_comes_first_and_baoji_is_not_in_the_sea() -> None:
    shape = shape_of(polygon(BAOJI_RING))

    assert shape is not None
    assert shape.contains(shapely.Point(107.24, 34.36))


def test_82_spaces_of_any_kind_and_number_separate_points() -> None:
    assert read_polygon("  1,1\n2,1\t2,2   1,1  ").points == read_polygon("1,1 2,1 2,2 1,1").points


def test_83_an_open_ring_is_closed_and_bad_ones_are_dropped() -> None:
    assert polygon_faults("1,1 2,1 2,2") == ("polygon_open",)
    assert polygon_faults("1,1 2,2") == ("polygon_open", "polygon_short")
    assert polygon_faults("nonsense") == ("polygon_unreadable",)
    assert polygon_faults("1,1 2,nan 2,2 1,1") == ("polygon_unreadable",)
    assert shape_of(polygon("nonsense")) is None


def test_83_a_dropped_shape_falls_back_to_the_geocode_and_then_to_a_question() -> None:
    with_code = Area("somewhere", polygons=("nonsense",), geocodes=(Named("GB/T 2260", "610300"),))

    assert standing(with_code) is Standing.INSIDE
    assert standing(polygon("nonsense")) is Standing.UNKNOWN
    assert standing(Area("渭河沿岸")) is Standing.UNKNOWN
    assert standing() is Standing.UNKNOWN


def test_83_one_area_that_cannot_be_judged_is_not_outvoted_by_one_outside() -> None:
    assert standing(polygon("1,1 2,1 2,2 1,1"), polygon("nonsense")) is Standing.UNKNOWN


def test_84_a_crossing_polygon_is_repaired() -> None:
    bow = "34.1,106.8 34.5,107.9 34.5,106.8 34.1,107.9 34.1,106.8"

    assert polygon_faults(bow) == ("polygon_crossing",)
    assert standing(polygon(bow)) is Standing.INSIDE


def test_84_an_excluded_polygon_is_a_hole() -> None:
    hole = "34.4,107.0 34.4,107.5 34.2,107.5 34.2,107.0 34.4,107.0"
    area = Area("ring", polygons=(BAOJI_RING,), geocodes=(Named("EXCLUDE_POLYGON", hole),))

    shape = shape_of(area)

    assert shape is not None
    assert not shape.contains(shapely.Point(107.24, 34.3))


def test_85_longitudes_wrap_and_a_polygon_over_the_antimeridian_has_two_sides() -> None:
    assert polygon_faults("0,181 1,181 1,182 0,181") == ("longitude_range",)
    for text in ("-10,170 10,170 10,-170 -10,-170 -10,170", "-10,170 10,170 10,190 -10,190 -10,170"):
        shape = shape_of(polygon(text))
        assert shape is not None
        assert shape.contains(shapely.Point(175, 0))
        assert shape.contains(shapely.Point(-175, 0))
        assert not shape.contains(shapely.Point(0, 0))


def test_85_a_latitude_beyond_the_poles_is_dropped_with_a_hint_at_swapped_axes() -> None:
    assert polygon_faults("106.8,34.5 107.9,34.5 107.9,34.1 106.8,34.5") == ("latitude_range",)


def test_86_a_circle_of_radius_0_is_a_point() -> None:
    assert standing(Area("gauge", circles=("34.36,107.24 0",))) is Standing.INSIDE
    assert standing(Area("gauge", circles=("35.36,107.24 0.0",))) is Standing.OUTSIDE


def test_86_a_radius_is_in_kilometres_on_the_globe() -> None:
    shape = shape_of(Area("disc", circles=("60,0 111.2",)))

    assert shape is not None
    west, south, east, north = shape.bounds
    assert north - south == pytest.approx(2.0, abs=0.02)
    assert east - west == pytest.approx(4.0, abs=0.05)


@pytest.mark.parametrize("text", ["", "1,1", "1,1 x", "1,1 -2", "1,1 inf", "99,1 2", "1 1 2"])
def test_86_a_circle_that_is_none_is_noted(text: str) -> None:
    assert circle_faults(text) == ("circle_unreadable",)


def test_87_the_share_of_the_jurisdiction_is_told() -> None:
    half = "34.5,106.8 34.5,107.35 34.1,107.35 34.1,106.8 34.5,106.8"

    assert overlap_of([polygon(half)], BAOJI).share == pytest.approx(0.5, abs=0.01)


def test_87_a_large_polygon_is_matched_in_a_moment() -> None:
    ring = " ".join(f"{34.3 + 0.2 * ((n % 7) / 7)},{106.9 + n / 4000}" for n in range(2000))
    area = polygon(f"{ring} 34.0,107.3")
    overlap_of([polygon(BAOJI_RING)], BAOJI)
    started = time.perf_counter()

    overlap_of([area], BAOJI)

    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("code", "significant"),
    [
        ("130132100000", "130132100"),
        ("130132000000", "130132"),
        ("130100000000", "1301"),
        ("130000", "13"),
        ("100000", ""),
        ("610304001", "610304001"),
        ("610304001003", "610304001003"),
    ],
)
def test_88_zeros_at_the_end_say_nothing(code: str, significant: str) -> None:
    assert prefix(code) == significant


def test_88_the_province_covers_the_city_and_the_town_is_a_part_of_it() -> None:
    assert relation("610000", "610300") is Relation.COVERS
    assert relation("610300000000", "610300") is Relation.COVERS
    assert relation("610304001000", "610300") is Relation.PART
    assert relation("610400", "610300") is Relation.OUTSIDE


def test_88_only_known_code_systems_are_matched() -> None:
    assert standing(geocode("610300", "CPEAS Geographic Code")) is Standing.INSIDE
    assert standing(geocode("510100", "CPEAS Geographic Code")) is Standing.OUTSIDE
    assert standing(geocode("610300", "SAME")) is Standing.UNKNOWN


def test_90_a_geocode_alone_is_enough_without_any_outline() -> None:
    overlap = overlap_of([geocode("610304")], BAOJI)

    assert (overlap.standing, overlap.basis) == (Standing.INSIDE, "geocode")


def test_without_a_jurisdiction_everywhere_concerns_us() -> None:
    assert standing(polygon("1,1 2,1 2,2 1,1"), jurisdiction=Jurisdiction()) is Standing.INSIDE
