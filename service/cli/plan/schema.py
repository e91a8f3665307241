"""`tocsin plan schema`: the language for editors, as JSON Schema."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    output: Annotated[Path | None, typer.Option("--output", dir_okay=False, help="Write it to this file instead.")] = None,
) -> None:
    """Print the JSON Schema (2020-12) of plan files: editors complete and check with it as one types."""
    from plans.json_schema import written

    if output is None:
        typer.echo(written(), nl=False)
        return
    try:
        output.write_text(written(), encoding="utf-8")
    except OSError as cause:
        typer.echo(f"{output}: cannot be written: {cause.strerror}", err=True)
        raise typer.Exit(2) from cause
    typer.echo(f"{output}: written; put this on top of a plan beside it: # yaml-language-server: $schema={output.name}")
