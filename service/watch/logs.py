"""The log: plain lines, or one JSON object each for machines; every line of a turn names its response, its task and who acts."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Literal

from notifications.masking import masked
from store import watching
from store.watching import Step

PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
Form = Literal["plain", "json"]
TURNS = ("activation", "command")
_SHOWN = ("response", "task", "person", "command", "plan", "delivery", "channel")
"""Of what is known of the work; addresses and names of people are not among them."""
_PHONE = re.compile(r"(?<![\w+])(?:\+?86[- ]?)?1[3-9]\d{9}(?!\w)")

log = logging.getLogger("tocsin.turns")


def set_up(form: Form) -> None:
    """Of the whole process, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines(PLAIN))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def take_over(form: Form) -> None:
    """After a library has set up the log for itself: what it would print goes through ours, with the rest."""
    for name in tuple(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        for handler in [each for each in logger.handlers if isinstance(each, logging.StreamHandler)]:
            logger.removeHandler(handler)
            logger.propagate = True
    set_up(form)


class PlainLines(logging.Formatter):
    """What a turn says begins with its response and its task, unless it names them itself."""

    def format(self, record: logging.LogRecord) -> str:
        line = without_numbers(super().format(record))
        ids = [str(known) for name in ("response", "task") if (known := watching.known().get(name)) and str(known) not in line]
        return f"{line} [{' '.join(ids)}]" if ids else line


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        known = watching.known()
        facts: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_numbers(record.getMessage()),
            **{name: str(known[name]) for name in _SHOWN if known.get(name)},
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            facts["error"] = without_numbers("".join(traceback.format_exception(record.exc_info[1])))
        return json.dumps(facts, ensure_ascii=False)


def without_numbers(line: str) -> str:
    """Phone numbers as logs may show them; whoever wrote a text may have put one into it."""
    return _PHONE.sub(lambda found: masked(found[0]), line)


@contextmanager
def turn_lines(step: Step) -> Iterator[None]:
    """A watcher: one line for each turn that did something or was refused."""
    if step.name not in TURNS:
        yield
        return
    began = perf_counter()
    try:
        yield
    except Exception as error:
        _say(step, began, logging.WARNING, f"{type(error).__name__}: {error}")
        raise
    if step.about.get("events"):
        _say(step, began, logging.INFO, f"{step.about['events']} events, entry {step.about.get('entry')}")


def _say(step: Step, began: float, level: int, became: str) -> None:
    milliseconds = round((perf_counter() - began) * 1000, 1)
    about = " ".join(str(step.about[name]) for name in ("response", "command", "task", "person") if step.about.get(name))
    log.log(level, "%s: %s, %s ms", about, became, milliseconds, extra={"facts": {"duration_ms": milliseconds}})
