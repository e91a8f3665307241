"""`tocsin plan graph`: who waits for whom, as a picture."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.plan.finding import Language, loaded
from service.cli.plan.writing import written


class LevelName(StrEnum):
    I = "I"  # noqa: E741  # the statutory name
    II = "II"
    III = "III"
    IV = "IV"


def graph(
    name: Annotated[str, typer.Argument(help="A plan's name, or its file.")],
    as_mermaid: Annotated[bool, typer.Option("--mermaid", help="Mermaid text. This is the default.")] = False,
    as_svg: Annotated[bool, typer.Option("--svg", help="An SVG picture with the critical path marked.")] = False,
    level: Annotated[LevelName | None, typer.Option(help="Only the tasks of this level. Default: all of them.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the texts.")] = Language.ZH,
    output: Annotated[Path | None, typer.Option("--output", dir_okay=False, help="Write it to this file instead.")] = None,
) -> None:
    """Draw the tasks of a plan: who waits for whom, from which level, and the critical path. 任务关系图"""
    from plans.graph import graph_of
    from plans.graph_mermaid import mermaid
    from plans.graph_svg import svg
    from plans.model import Level

    if as_mermaid and as_svg:
        raise typer.BadParameter("one picture at a time: --mermaid or --svg")
    drawn = graph_of(loaded(name), Level[level] if level else None)
    text = svg(drawn, lang.value) if as_svg else mermaid(drawn, lang.value)
    if output is None:
        typer.echo(text, nl=False)
    else:
        written(output, text.encode())
