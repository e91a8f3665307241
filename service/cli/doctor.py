"""`tocsin doctor`: is everything as it should be tonight?"""

from typing import Annotated, Literal

import typer

from service.cli.output import AsJson, print_json


def doctor(
    language: Annotated[Literal["zh", "en"], typer.Option("--lang", help="In Chinese or English.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Look at everything; nothing is sent or changed. Exit 0: all is well, 1: warnings, 2: faults. 体检"""
    import sys

    from flows.running.calls import spoken
    from plans.model import Text
    from service.notify.findings import finding_view
    from service.notify.pictures import print_finding
    from service.watch.doctor import examined, exit_code
    from service.wiring import Home

    def say(what: Text) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r\033[K… {spoken(what, language)}", nl=False, err=True)

    findings = []
    for finding in examined(Home(), say):
        findings.append(finding)
        if not as_json:
            _clear_line()
            print_finding(finding, language)
    _clear_line()
    code = exit_code(findings)
    if as_json:
        verdict = ("good", "warning", "fault")[code]
        print_json({"verdict": verdict, "findings": [finding_view(each) for each in findings]})
    raise typer.Exit(code)


def _clear_line() -> None:
    import sys

    if sys.stderr.isatty():
        typer.echo("\r\033[K", nl=False, err=True)
