"""Which runs are created, taken up again, let go: every open response is driven by one run, whatever happened to workers."""

from collections.abc import Callable, Collection

import pytest

from flows.on_prefect.adoption import Ask, Create, Drop, Release, Retry, Run, RunState, Step, View, steps
from flows.running.acts import OpenOne

pytestmark = pytest.mark.usefixtures("each_database")

ATTACHED = OpenOne("R-1", "flood", "run-1")
UNATTACHED = OpenOne("R-2", "flood", None)


def run(state: RunState, *, name: str = "run-1", worker: str = "other", seconds: float = 1.0, response: str = "R-1") -> Run:
    return Run(name, "flood", state, worker, seconds, response)


def needed(
    *runs: Run,
    open_ones: Collection[OpenOne] = (ATTACHED,),
    driving: Collection[str] = (),
    is_alive: Callable[[str], bool] = lambda _: True,
) -> list[Step]:
    return list(steps(View(open_ones, runs, driving, is_alive)))


def nobody(_: str) -> bool:
    return False


def test_a_response_without_a_run_gets_one() -> None:
    assert needed(open_ones=[UNATTACHED]) == [Create("R-2", "flood")]


def test_a_response_whose_run_was_deleted_gets_another() -> None:
    assert needed() == [Create("R-1", "flood")]


def test_a_run_that_may_be_about_to_attach_itself_is_waited_for() -> None:
    fresh = run(RunState.RUNNING, name="run-9", response="")

    assert needed(fresh, open_ones=[UNATTACHED], driving=["run-9"]) == []


def test_a_run_that_never_attaches_itself_is_not_waited_for_long() -> None:
    stale = run(RunState.RUNNING, name="run-9", response="", seconds=61)

    assert needed(stale, open_ones=[UNATTACHED], driving=["run-9"]) == [Create("R-2", "flood")]


def test_a_run_that_adopts_another_response_is_not_waited_for() -> None:
    busy = run(RunState.RUNNING, name="run-9", response="R-9")

    assert needed(busy, open_ones=[UNATTACHED]) == [Create("R-2", "flood")]


def test_a_drill_does_not_wait_for_a_real_run() -> None:
    fresh = run(RunState.RUNNING, name="run-9", response="")

    assert needed(fresh, open_ones=[OpenOne("D-1", "flood", None)]) == [Create("D-1", "flood")]


def test_a_running_run_of_a_dead_worker_is_taken_up_again() -> None:
    assert needed(run(RunState.RUNNING), is_alive=nobody) == [Retry("run-1", "worker other has gone")]


def test_a_running_run_of_a_dead_worker_is_taken_up_again_even_when_its_response_has_closed() -> None:
    assert needed(run(RunState.RUNNING), open_ones=[], is_alive=nobody) == [Retry("run-1", "worker other has gone")]


@pytest.mark.parametrize("state", list(RunState))
def test_a_run_in_our_own_hands_is_left_alone_unless_a_person_cancels_it(state: RunState) -> None:
    was_cancelled = state in (RunState.CANCELLING, RunState.CANCELLED)
    expected: list[Step] = [Ask("run-1", "R-1", again=False)] if was_cancelled else []

    assert needed(run(state, seconds=1000), driving=["run-1"], is_alive=nobody) == expected


def test_a_running_run_of_another_living_worker_is_left_alone() -> None:
    assert needed(run(RunState.RUNNING, seconds=1000)) == []


def test_a_pending_run_is_given_time_and_then_taken_up_again() -> None:
    assert needed(run(RunState.PENDING, seconds=15)) == []
    assert needed(run(RunState.PENDING, seconds=16)) == [Retry("run-1", "taken by a worker, but never begun")]


def test_a_failed_run_of_an_open_response_is_tried_again_after_a_pause() -> None:
    assert needed(run(RunState.ENDED, seconds=15)) == []
    assert needed(run(RunState.ENDED, seconds=16)) == [Retry("run-1", "its response is still open")]


def test_a_run_that_ended_with_its_response_rests() -> None:
    assert needed(run(RunState.ENDED, seconds=1000), open_ones=[]) == []


def test_whoever_cancels_a_run_of_an_open_response_is_asked_for_the_reason_and_the_run_goes_on() -> None:
    assert needed(run(RunState.CANCELLING), driving=["run-1"]) == [Ask("run-1", "R-1", again=False)]


def test_a_run_cancelled_while_nobody_drives_it_is_asked_about_and_taken_up_again() -> None:
    again = [Ask("run-1", "R-1", again=True)]

    assert needed(run(RunState.CANCELLING), is_alive=nobody) == again
    assert needed(run(RunState.CANCELLED), is_alive=nobody) == again
    assert needed(run(RunState.CANCELLED, worker="", seconds=16)) == again


def test_the_reason_is_asked_for_once() -> None:
    assert needed(run(RunState.ASKED, seconds=1000), driving=["run-1"]) == []
    assert needed(run(RunState.ASKED, seconds=1000)) == []


def test_a_run_that_waits_for_the_reason_is_taken_up_again_when_its_worker_dies() -> None:
    assert needed(run(RunState.ASKED), is_alive=nobody) == [Retry("run-1", "worker other has gone")]


def test_a_cancelled_run_of_no_open_response_ends() -> None:
    assert needed(run(RunState.CANCELLING), open_ones=[], is_alive=nobody) == [Release("run-1")]
    assert needed(run(RunState.CANCELLED, seconds=1000), open_ones=[], is_alive=nobody) == []


def test_a_run_in_our_hands_that_prefect_has_lost_is_dropped_for_another() -> None:
    assert needed(driving=["run-1"]) == [Drop("run-1"), Create("R-1", "flood")]


def test_a_run_being_cancelled_under_another_living_worker_is_left_to_it() -> None:
    assert needed(run(RunState.CANCELLING)) == []
