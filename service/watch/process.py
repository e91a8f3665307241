"""What a process of ours has: one that stays, its log in the form that the settings name; each, traces where they are wanted."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.watch import logs, traces
from service.wiring import Home
from store import watching


@contextmanager
def watched_process(home: Home) -> Iterator[None]:
    """Error: `SettingsError`."""
    logs.set_up(home.settings.logs.format)
    watching.watch(logs.turn_lines)
    try:
        yield
    finally:
        watching.forget(logs.turn_lines)


@contextmanager
def traced(name: str) -> Iterator[None]:
    """Costs nothing where no exporter is named."""
    started = traces.start(name) if traces.is_wanted() else None
    try:
        yield
    finally:
        if started:
            watching.forget(started.watch)
            started.close()
