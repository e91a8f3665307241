"""What the demo shows in the terminal: the live timeline, and the promises at the end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.model.events import (
    DeadlineMissed,
    Event,
    ManualDecisionRecorded,
    StepFired,
    StepPassed,
    TaskAcknowledged,
    TaskCompleted,
)
from flows.running.journal import Entry
from service.demo.promises import Promise
from service.record.sentences import Teller
from service.wiring import Home


class Screen:
    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def say(self, words: str) -> None:
        self._console.print(f"[dim]{'—':>8}  {words}[/dim]")

    def fault(self, words: str, log: Path) -> None:
        """What went wrong, and the last of what the server said."""
        self._console.print(f"[red]{words}[/red]")
        if log.exists():
            self._console.print("\n".join(log.read_text("utf-8", "replace").splitlines()[-15:]), markup=False)

    def opened(self, response: str, view: dict[str, Any]) -> None:
        people = ", ".join(dict.fromkeys(call["name"] for call in view["called"]))
        self._console.print(
            f"[bold]{'':8}  response {response} is open at level {view['level']}; called at once: {people}[/bold]"
        )

    def entry(self, home: Home, response: str, entry: Entry) -> None:
        """One line of the timeline, with the minutes since the opening."""
        head = home.engine.head(response)
        people = home.duty().people
        teller = Teller(home.engine.plan_of(head), head.state, home.zone, lambda who: people[who].name if who in people else who)
        minutes = (entry.event.at - head.state.opened_at).total_seconds() / 60
        told = teller.tell(entry.event)
        self._console.print(f"[{_colour(entry.event)}]{minutes:5.1f} min  {told.zh}[/]  [dim]{told.en}[/dim]")

    def verdict(self, kept: Sequence[Promise]) -> None:
        table = Table(title="what was promised", show_header=False, box=None)
        for promise in kept:
            mark = "[green]✓[/green]" if promise.holds else "[red]✗[/red]"
            table.add_row(mark, promise.words, f"[dim]{promise.seen}[/dim]")
        self._console.print(table)


def _colour(event: Event) -> str:
    match event:
        case StepFired(manual=True) | DeadlineMissed() | ManualDecisionRecorded():
            return "red"
        case StepFired(step="call"):
            return "cyan"
        case StepFired() | StepPassed():
            return "yellow"
        case TaskAcknowledged() | TaskCompleted():
            return "green"
        case _:
            return "white"
