"""Evidence as people give it."""

from pathlib import Path

import pytest

from flows.deciding.evidence import read_evidence, read_fields
from flows.errors import EvidenceError
from flows.testing.night import Night, small_plan
from plans.model import EvidenceField, EvidenceType, Level, Text


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "many"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    reading = read_evidence(small_plan().tasks["evacuate"], {"count": text})

    assert reading.faults == (f"count: {text!r} is not a number",)


def test_a_refused_number_leaves_the_response_readable(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.activate(Level.II)

    with pytest.raises(EvidenceError):
        night.complete("wu", "evacuate.1", count="nan")

    assert not night.task("evacuate.1").evidence


def test_what_is_no_time_is_told_the_form_and_is_not_missing_too() -> None:
    fields = [EvidenceField("received", Text("时间", "time"), EvidenceType.TIME)]

    reading = read_fields("verify", fields, {"received": "last night"})

    assert reading.faults == ("received: 'last night' is not a time, as in 21:00 or 2026-09-04T21:00",)
    assert reading.missing == ()


def test_what_was_given_empty_is_missing() -> None:
    fields = [EvidenceField("source", Text("来源", "source"), EvidenceType.TEXT)]

    assert read_fields("verify", fields, {"source": ""}).missing == ("source",)
