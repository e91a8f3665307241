"""What the shipped flood plan makes of every real file of the collection, one minute after it was sent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.chains import fold
from alerts.examination import examine
from alerts.profile import local_profile
from flows.proposals.matching import match
from plans.catalog import load

FOLDER = Path(__file__).parents[4] / "shared" / "realdata" / "cap"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the collection of real alerts is not at {FOLDER}")

FLOODS = {
    "kde-kweathercore/il-488abaaf-cad5-4d2b-93b2-703016878453.xml": "II",
    "kde-public-alert-server/il-488abaaf-cad5-4d2b-93b2-703016878453.xml": "II",
    "uk-ea/wainfleet.xml": "II",
    "uk-ea/windemere.xml": "II",
}
"""All others must propose nothing: other hazards, all-clears, tests, cancels and files that are no alert."""


def proposed(raw: bytes) -> str:
    first = examine(raw, "local", local_profile(), datetime(2026, 1, 1, tzinfo=UTC))
    if not first.messages or first.messages[0].message is None:
        return ""
    now = first.messages[0].message.alert.sent + timedelta(minutes=1)
    messages = [each.message for each in examine(raw, "local", local_profile(), now).messages if each.message]
    found = [match(load("flood"), chain, now) for chain in fold(messages, now).chains]
    return ",".join(content.level.name for content in found if content)


def test_the_flood_plan_is_proposed_for_the_floods_alone() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert files

    found = {str(path.relative_to(FOLDER)): proposed(path.read_bytes()) for path in files}

    assert {file: level for file, level in found.items() if level} == FLOODS


def test_a_quake_proposes_the_level_of_its_magnitude_and_brings_it_along() -> None:
    raw = (FOLDER / "kde-kweathercore" / "tsunami.xml").read_bytes()
    now = datetime(2022, 8, 1, 0, 42, tzinfo=UTC)
    messages = [each.message for each in examine(raw, "local", local_profile(), now).messages if each.message]

    found = match(load("earthquake"), fold(messages, now).chains[0], now)

    assert found is not None
    assert messages[0].targets[0].rank == 1
    assert (found.level.name, found.facts["magnitude"]) == ("III", 5.2)


def test_56_the_german_all_clear_sent_as_extreme_and_immediate_proposes_nothing_to_any_plan() -> None:
    raw = (FOLDER / "kde-public-alert-server" / "mow.DE-HE-KS-SE106-20250313-106-001.xml").read_bytes()
    message = examine(raw, "local", local_profile(), datetime(2025, 3, 13, 10, tzinfo=UTC)).messages[0].message
    assert message is not None

    assert max(target.rank for target in message.targets) == 4
    assert fold([message], datetime(2025, 3, 13, 10, tzinfo=UTC)).chains == ()
