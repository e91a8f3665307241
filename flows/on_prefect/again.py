"""Work that is done again and again, whatever fails: what is shown in Prefect must never stop a worker, nor be given up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 5.0
"""Before trying again what failed."""

log = logging.getLogger("tocsin.worker")


async def again_and_again(work: Callable[[], Awaitable[Any]], seconds: float, longest: float = LONGEST_PAUSE_SECONDS) -> None:
    """Every `seconds`. Says once each way in which `work` fails, and that it goes again; tries less and less often meanwhile."""
    failures, said = 0, set[str]()
    while True:
        try:
            await work()
            if failures:
                log.warning("%s works again", work.__name__)
            failures = 0
            said.clear()
        except Exception as cause:
            if type(cause).__name__ not in said:
                log.warning("%s failed (%s: %s); responses go on, trying again", work.__name__, type(cause).__name__, cause)
            said.add(type(cause).__name__)
            failures += 1
        await asyncio.sleep(min(FIRST_PAUSE_SECONDS * 2 ** (failures - 1), longest) if failures else seconds)
