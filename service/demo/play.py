"""Plays the demo from curtain to curtain, within a bound, and checks what it promised."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from service.demo.promises import Promise, promises
from service.demo.screen import Screen
from service.demo.stage import stage
from service.demo.story import DemoFaultError, Story
from service.record.page import write_record

LONGEST = timedelta(seconds=110)
"""Of real time: the demo ends by itself, whatever happens."""


def play(speed: float, output: Path, screen: Screen) -> list[Promise]:
    """Gives what was promised and whether it held."""
    return asyncio.run(_play(speed, output, screen))


async def _play(speed: float, output: Path, screen: Screen) -> list[Promise]:
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        async with stage(Path(folder), speed) as at_hand:
            story = Story(at_hand, screen)
            try:
                async with asyncio.timeout(LONGEST.total_seconds()):
                    await story.play()
            except (TimeoutError, DemoFaultError) as fault:
                screen.fault(str(fault) or "the demo took too long and is ended", at_hand.home.folder.path / "serve.log")
            finally:
                await story.stop()
            if story.response:
                write_record(at_hand.home.engine, story.response, at_hand.home.zone, output)
            return promises(at_hand.home, at_hand.phones.ledger, story.response, story.facts, output)
