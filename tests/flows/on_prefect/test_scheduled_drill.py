"""What a scheduled drill is called."""

import pytest

from flows.on_prefect.deployments import drill_incident
from plans.model import Level


@pytest.mark.parametrize(
    ("level", "called"), [(Level.III, "计划演练（III级） scheduled drill monthly"), (None, "计划演练 scheduled drill monthly")]
)
def test_scheduled_drill_is_called_by_its_name_in_both_languages(level: Level | None, called: str) -> None:
    assert drill_incident("monthly", level) == called
