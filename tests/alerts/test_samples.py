"""The samples shipped with the product: good CAP, never out of date, one chain."""

from datetime import timedelta

from alerts.chains import fold
from alerts.colors import Color
from alerts.samples import flood_cancel, flood_update, flood_warning
from alerts.testing import NOON, OPEN, examined, hours, message


def test_the_samples_have_no_defects() -> None:
    for raw in (flood_warning(NOON), flood_update(hours(1), NOON), flood_cancel(hours(2), NOON)):
        assert examined(raw, OPEN, hours(2)).defects == ()


def test_the_warning_is_orange_in_two_languages_and_lasts_a_day() -> None:
    warning = message(flood_warning(NOON))

    (target,) = warning.targets
    assert (target.color, target.until) == (Color.ORANGE, NOON + timedelta(hours=24))
    assert [info.language for info in warning.alert.infos] == ["zh-CN", "en-US"]


def test_warning_update_and_cancel_are_one_chain() -> None:
    raws = [flood_warning(NOON), flood_update(hours(1), NOON), flood_cancel(hours(2), NOON)]
    messages = [message(raw) for raw in raws]

    (raised,) = fold(messages[:2], hours(1)).chains
    (ended,) = fold(messages, hours(2)).chains

    assert raised.active[0].target.color is Color.RED
    assert ended.end == "cancelled"


def test_two_serials_are_two_events() -> None:
    assert message(flood_warning(NOON, "1")).key != message(flood_warning(NOON, "2")).key
