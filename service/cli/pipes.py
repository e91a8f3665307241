"""A command whose reader has had enough (`tocsin plan show flood | head`) ends as every other program does: without a word."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

AS_BY_SIGPIPE = 141


@contextmanager
def ending_quietly() -> Iterator[None]:
    """Exit code 141, as the shell gives it to whoever is ended by a closed pipe: never mistaken for what the command found."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # what is still to be written must fail here, not while Python shuts down
    except BaseException as error:
        if not _is_of_a_closed_pipe(error):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(AS_BY_SIGPIPE)


def _is_of_a_closed_pipe(error: BaseException) -> bool:
    """Typer and Rich turn a closed pipe into an exit; what it was stays its context."""
    told = error.__context__ if isinstance(error, SystemExit) else error
    return isinstance(told, BrokenPipeError)
