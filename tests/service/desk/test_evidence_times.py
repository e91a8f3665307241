"""A time in evidence as people type it, at the desk, over the API and on the phone."""

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from flows.errors import EvidenceError
from plans.model import EvidenceField, EvidenceType, Text
from service.cli import task
from service.desk.evidence_times import timed
from tests.service.field_bureau import OFFICER, START, FieldBureau

REST = {"source": "巡堤员电话", "location": "K12+300", "photo": "levee.png"}
FIELDS = (
    EvidenceField("left", Text("出发", "left"), EvidenceType.TIME),
    EvidenceField("note", Text("备注", "note"), EvidenceType.TEXT),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("21:00", "2026-09-03T21:00:00+08:00"),
        ("1:50", "2026-09-04T01:50:00+08:00"),
        ("01：50", "2026-09-04T01:50:00+08:00"),
        ("2026-09-04T01:50", "2026-09-04T01:50:00+08:00"),
        ("2026-09-03T17:50:00+00:00", "2026-09-03T17:50:00+00:00"),
        ("25:00", "25:00"),
        ("昨晚", "昨晚"),
    ],
)
def test_a_time_is_put_in_full_and_anything_else_is_left_to_be_refused(bureau: FieldBureau, typed: str, meant: str) -> None:
    assert timed(FIELDS, {"left": typed, "note": "21:00"}, bureau.home.zone, START) == {"left": meant, "note": "21:00"}


def test_the_desk_may_type_the_time_alone(bureau: FieldBureau) -> None:
    given = [word for name, value in {"received": "21:00", **REST}.items() for word in ("-e", f"{name}={value}")]
    runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": "200"})

    runner.invoke(task.app, ["complete", bureau.response, "verify.1", "--by", OFFICER, *given], catch_exceptions=False)

    received = bureau.task().evidence["received"]
    assert isinstance(received, str)
    assert received.endswith("T21:00:00+08:00")


def test_what_is_no_time_is_refused_in_one_word(bureau: FieldBureau) -> None:
    with pytest.raises(EvidenceError) as refused:
        bureau.desk.complete(bureau.response, "verify.1", OFFICER, "test", {"received": "昨晚", **REST})

    assert "as in 21:00" in str(refused.value)
    assert "missing" not in refused.value.faults[0]
    assert len(refused.value.faults) == 1


def test_the_phone_may_type_the_time_alone(bureau: FieldBureau) -> None:
    phone = TestClient(bureau.app(), raise_server_exceptions=False)

    phone.post(bureau.link(), data={"verb": "complete", "reason": "照片后补", "evidence.received": "21:00"})

    assert bureau.task().evidence["received"] == "2026-09-03T21:00:00+08:00"
