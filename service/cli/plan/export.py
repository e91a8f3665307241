"""`tocsin plan export`: a plan in the words of others, for those who do not run Tocsin."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.plan.finding import UNUSABLE, end_with, loaded
from service.cli.plan.writing import written


class TlpName(StrEnum):
    RED = "red"
    AMBER_STRICT = "amber+strict"
    AMBER = "amber"
    GREEN = "green"
    CLEAR = "clear"


def export(
    name: Annotated[str, typer.Argument(help="A plan's name, or its file.")],
    as_cacao: Annotated[bool, typer.Option("--cacao", help="An OASIS CACAO Security Playbook, version 2.0, in JSON.")] = False,
    tlp: Annotated[TlpName, typer.Option(help="Who may read it, by the traffic light protocol.")] = TlpName.GREEN,
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="KEY.pem", dir_okay=False, help="Sign it: RSA or P-256, no password.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", dir_okay=False, help="Write it to this file instead.")] = None,
) -> None:
    """Write a plan as a CACAO playbook, with markings and, if asked, a signature. 导出为 CACAO 剧本"""
    from plans.cacao import Tlp, playbook
    from plans.cacao_signature import signed
    from plans.errors import PlanError
    from store.clock import clock_from_environment

    if not as_cacao:
        raise typer.BadParameter("expected the form to write: --cacao")
    plan, now = loaded(name), clock_from_environment().now()
    content = playbook(plan, now, Tlp(tlp.value))
    if sign is not None:
        try:
            content = signed(content, _key(sign), plan.owner, now)
        except PlanError as error:
            end_with(error)
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        typer.echo(text, nl=False)
    else:
        written(output, text.encode())


def _key(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as cause:
        typer.echo(f"{file}: cannot be read ({cause.strerror}); expected a private key in PEM", err=True)
        raise typer.Exit(UNUSABLE) from cause
