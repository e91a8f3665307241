"""Work tells watchers what it does, wherever it goes on: in coroutines, in threads, and when it fails."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from store import watching
from store.watching import Step, beat, beating, known, step


def test_what_is_known_inside_is_everything_around_it_with_the_innermost_believed_first() -> None:
    with step("command", response="R-1", task="patrol.1") as outer, step("append", task="verify.1"):
        outer.note(events=2)
        inside = known()

    assert inside == {"response": "R-1", "task": "verify.1", "events": 2}
    assert known() == {}


def test_threads_begun_inside_belong_to_it() -> None:
    async def work() -> object:
        with step("dispatch", response="R-1"):
            return await asyncio.to_thread(lambda: known()["response"])

    assert asyncio.run(work()) == "R-1"


def test_a_watcher_sees_each_step_end_with_its_error_until_it_is_forgotten() -> None:
    seen: list[str] = []

    @contextmanager
    def watcher(doing: Step) -> Iterator[None]:
        try:
            yield
            seen.append(doing.name)
        except ValueError:
            seen.append(f"{doing.name} failed")
            raise

    watching.watch(watcher)
    with step("one"):
        pass
    with pytest.raises(ValueError, match="no"), step("two"):
        raise ValueError("no")
    watching.forget(watcher)
    with step("three"):
        pass

    assert seen == ["one", "two failed"]


def test_a_beat_is_heard_for_the_loop_that_it_is_in_also_from_its_threads() -> None:
    heard: list[str] = []

    async def loop(times: int) -> None:
        for _ in range(times):
            await asyncio.to_thread(beat)

    async def loops() -> None:
        with beating(lambda: heard.append("standby")):
            first = asyncio.create_task(loop(2))
        with beating(lambda: heard.append("hearing")):
            second = asyncio.create_task(loop(1))
        await asyncio.gather(first, second, loop(3))

    asyncio.run(loops())

    assert sorted(heard) == ["hearing", "standby", "standby"]
