"""`tocsin demo`."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    speed: Annotated[float, typer.Option(min=1, max=60, help="How many times faster than real time.")] = 30,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the record is written.")] = Path("record-demo.html"),
) -> None:
    """A flood from the alert to the archived record, on this machine alone, in two minutes. 演示"""
    from service.demo.play import play
    from service.demo.screen import Screen

    screen = Screen()
    kept = play(speed, output, screen)
    screen.verdict(kept)
    if not all(promise.holds for promise in kept):
        raise typer.Exit(1)
