"""`tocsin retention`: personal data goes when the bureau's rule says so."""

from typing import Annotated

import typer

from service.cli.output import AsJson, print_json
from service.cli.plan.finding import Language


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    lang: Annotated[Language, typer.Option(help="zh or en.")] = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Erase personal data of responses closed long ago, by [retention] in tocsin.toml; 'serve' does it daily. 个人信息清除"""
    from flows.running.calls import spoken
    from service.desk.retention_desk import keep_rule, look
    from service.desk.retention_words import lines
    from service.wiring import Home

    home = Home()
    found = look(home) if dry_run else keep_rule(home)
    if as_json:
        print_json({"erased": not dry_run, "responses": [each.as_json() for each in found]})
        return
    for line in lines(found, home.settings.retention, dry_run=dry_run):
        typer.echo(spoken(line, lang.value))
