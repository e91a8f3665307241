"""How a command leaves a file behind: it says so, or why it could not."""

from pathlib import Path

import typer

_unwritable = 2


def written(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as cause:
        typer.echo(f"{output}: cannot be written ({cause.strerror}); name another file with --output", err=True)
        raise typer.Exit(_unwritable) from cause
    typer.echo(f"{output}: written", err=True)
