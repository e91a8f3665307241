"""`tocsin report …`: which reports are due, their drafts, filing what went out, correcting it."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.moments import At
from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.response import ResponseId

app = typer.Typer(no_args_is_help=True)
ReportName = Annotated[str, typer.Argument(help="As in written; continued.2 is one round of it.")]
Words = Annotated[str, typer.Option("--text", help="The text as it went out.")]
FromFile = Annotated[Path | None, typer.Option("--file", help="A text file (UTF-8) with it.", exists=True, dir_okay=False)]
SignedBy = Annotated[str, typer.Option("--signed-by", help="Who signed it: a person of the directory.")]


@app.command("list")
def list_reports(response: ResponseId, as_json: AsJson = False) -> None:
    """Reports that are due, and those that went out."""
    from service.cli.ground_pictures import print_reports
    from service.desk.report_desk import ReportDesk
    from service.wiring import Home

    home = Home()
    view = ReportDesk(home).listed(response)
    if as_json:
        print_json(view)
    else:
        print_reports(view, home.zone)


@app.command()
def draft(
    response: ResponseId,
    report: ReportName,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
    as_json: AsJson = False,
) -> None:
    """The text as far as it can be written now; what is not known is named. 报告草稿"""
    from service.desk.report_desk import ReportDesk
    from service.wiring import Home

    view = ReportDesk(Home()).drafted(response, report)
    if as_json:
        print_json(view)
        return
    typer.echo(view["text"]["en" if english else "zh"])
    for unknown in view["unknown"]:
        typer.echo(f"not known: {unknown['fact']} ({unknown['title']['zh']} {unknown['title']['en']})", err=True)
    if view["fault"]:
        typer.echo(f"the plan's own text could not be filled ({view['fault']}); this is a list of its fields", err=True)


@app.command()
def file(
    response: ResponseId,
    report: ReportName,
    text: Words = "",
    from_file: FromFile = None,
    as_drafted: Annotated[bool, typer.Option("--as-drafted", help="The draft is what went out.")] = False,
    signed_by: SignedBy = "",
    receipt: Annotated[str, typer.Option(help="Number or name that the receiver gave.")] = "",
    evidence: Annotated[list[str], typer.Option("--evidence", "-e", help="FIELD=VALUE; may be repeated.")] = [],  # noqa: B006
    by: By = "",
    at: At = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Record that a report went out, with its text. 报送"""
    from service.cli.moments import moment_of
    from service.desk.duty import evidence_pairs
    from service.desk.report_desk import Filing, ReportDesk
    from service.wiring import Home

    home = Home()
    filing = Filing(
        report=report,
        text=_text(text, from_file),
        as_drafted=as_drafted,
        signed_by=signed_by,
        receipt=receipt,
        evidence=evidence_pairs(evidence),
        reason=reason,
        by=by,
        at=moment_of(at, home.zone, home.clock.now()),
    )
    print_turn(ReportDesk(home).file(response, filing, "cli"), as_json=as_json)


@app.command()
def correct(
    response: ResponseId,
    report: ReportName,
    text: Words = "",
    from_file: FromFile = None,
    signed_by: SignedBy = "",
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Correct a report that went out, within the time its law gives; the text is the whole one. 更正"""
    from service.desk.report_desk import ReportDesk
    from service.wiring import Home

    words = _text(text, from_file)
    turn = ReportDesk(Home()).correct(response, report, by, "cli", text=words, reason=reason, signed_by=signed_by)
    print_turn(turn, as_json=as_json)


def _text(text: str, path: Path | None) -> str:
    if path is None:
        return text
    if text:
        raise typer.BadParameter("say the text with --text or with --file, not with both")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as cause:
        raise typer.BadParameter(f"{path} is not a text file in UTF-8: {cause.reason}") from cause
