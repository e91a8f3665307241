"""What a worker may run, after everything that was in memory is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plans.errors import PlanError
from plans.extending import library
from service.desk.duty import Activation
from service.wiring import Home
from tests.service.field_bureau import APPROVER, OFFICER, FieldBureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    bureau = FieldBureau(tmp_path / "home")
    yield bureau
    bureau.home.database.close()


def restarted(bureau: FieldBureau) -> Home:
    return Home(bureau.home.folder, bureau.clock)


def own_plan(bureau: FieldBureau) -> Path:
    """The shipped flood plan, as the bureau's own file, with a response open."""
    path = bureau.home.folder.plans / "flood.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((library / "flood.yaml").read_text("utf-8").replace("2026.1", "2026.own"), "utf-8")
    bureau.desk.activate(Activation(plan="flood", level="III", facts={"flow": 3300}, by=OFFICER, approved_by=APPROVER), "test")
    return path


def test_worker_that_starts_after_a_plan_file_broke_still_runs_what_is_open(bureau: FieldBureau) -> None:
    path = own_plan(bureau)
    path.write_text("plan: flood\nwhat is this\n", "utf-8")
    home = restarted(bureau)

    assert home.plans_to_run()["flood"].version == "2026.own"
    assert "flood" not in home.plans_by_name(), "a broken plan is not activated"
    with pytest.raises(PlanError):
        home.plans.named("flood")


def test_worker_forgets_a_broken_plan_once_its_last_response_is_closed(bureau: FieldBureau) -> None:
    path = own_plan(bureau)
    bureau.response = next(iter(open_ones(bureau)))
    bureau.closed()
    path.write_text("plan: flood\nwhat is this\n", "utf-8")

    assert "flood" not in restarted(bureau).plans_to_run()


def test_worker_runs_the_file_where_it_is_good(bureau: FieldBureau) -> None:
    path = own_plan(bureau)
    path.write_text(path.read_text("utf-8").replace("2026.own", "2026.next"), "utf-8")

    assert restarted(bureau).plans_to_run()["flood"].version == "2026.next"


def open_ones(bureau: FieldBureau) -> list[str]:
    return [one.response for one in bureau.home.responses.waiting_for_prefect()]
