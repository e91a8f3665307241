"""Evidence as people give it."""

from pathlib import Path

import pytest

from flows.errors import EvidenceError
from flows.evidence import read_evidence
from flows.testing import Night, small_plan
from plans.model import Level


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
