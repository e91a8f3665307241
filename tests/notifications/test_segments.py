"""SMS segments at their boundaries, as carriers count them."""

import pytest

from notifications.segments import Segments, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("gsm7", 0, 1)),
        ("a" * 160, Segments("gsm7", 160, 1)),
        ("a" * 161, Segments("gsm7", 161, 2)),
        ("a" * 306, Segments("gsm7", 306, 2)),
        ("a" * 307, Segments("gsm7", 307, 3)),
        ("{" * 80, Segments("gsm7", 160, 1)),
        ("{" * 81, Segments("gsm7", 162, 2)),
        ("【应急】" + "水" * 66, Segments("ucs2", 70, 1)),
        ("【应急】" + "水" * 67, Segments("ucs2", 71, 2)),
        ("【应急】" + "水" * 65 + "🌊", Segments("ucs2", 71, 2)),
        ("水" * 134, Segments("ucs2", 134, 2)),
        ("水" * 135, Segments("ucs2", 135, 3)),
        ("a" * 70 + "“", Segments("ucs2", 71, 2)),
    ],
)
def test_a_text_is_counted_as_carriers_bill_it(text: str, expected: Segments) -> None:
    assert segments(text) == expected
