"""`tocsin activate` and `tocsin response …`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.moments import FORMATS, moment_of
from service.cli.output import AsJson, By, Reason, print_json, print_turn
from service.cli.plan.finding import Language
from service.cli.response_board import board
from service.cli.response_migrate import migrate
from service.cli.response_record import ResponseId as ResponseId
from service.cli.response_record import export, rebuild, replay, verify

app = typer.Typer(no_args_is_help=True)
for _command in (board, verify, export, rebuild, replay, migrate):
    app.command()(_command)
Facts = Annotated[list[str], typer.Option("--fact", help="NAME=VALUE; a forecast is NAME.forecast=VALUE. May be repeated.")]
ApprovedBy = Annotated[str, typer.Option("--approved-by", help="Who approved it, if not the one who acts.")]
InWords = Annotated[Language | None, typer.Option(help="In words, in this language: zh or en.")]
Although = Annotated[str, typer.Option(help="Why all the same, where something speaks against it; the record keeps both.")]
Oral = Annotated[bool, typer.Option("--oral", help="The approval was oral; the paper follows.")]
Occurred = Annotated[datetime | None, typer.Option(help="When it happened, as 01:20 or 2026-09-04T01:20.", formats=FORMATS)]
Learned = Annotated[datetime | None, typer.Option(help="When the bureau learned of it; now, if left out.", formats=FORMATS)]
Received = Annotated[datetime | None, typer.Option(help="When it was reported to the bureau.", formats=FORMATS)]


def activate(
    plan: Annotated[str, typer.Argument(help="Name of the plan, as in flood.")],
    level: Annotated[str, typer.Option(help="IV, III, II or I; left out, the facts decide.")] = "",
    fact: Facts = [],  # noqa: B006  # typer reads the default, nobody changes it
    incident: Annotated[str, typer.Option(help="What happened, in a few words.")] = "",
    place: Annotated[str, typer.Option(help="Where.")] = "",
    reason: Reason = "",
    by: By = "",
    approved_by: ApprovedBy = "",
    oral: Oral = False,
    occurred: Occurred = None,
    learned: Learned = None,
    received: Received = None,
    key: Annotated[str, typer.Option(help="Idempotency key: the same key gives the same response.")] = "",
    as_json: AsJson = False,
) -> None:
    """Activate a plan: opens a real response and calls its first people. 启动响应"""
    from service.desk.duty import Activation, Desk, pairs
    from service.wiring import Home

    home = Home()
    now = home.clock.now()
    asked = Activation(
        plan=plan,
        level=level,
        facts=pairs(fact),
        incident=incident,
        place=place,
        reason=reason,
        by=by,
        approved_by=approved_by,
        oral=oral,
        key=key,
        occurred_at=moment_of(occurred, home.zone, now),
        learned_at=moment_of(learned, home.zone, now),
        received_at=moment_of(received, home.zone, now),
    )
    print_turn(Desk(home).activate(asked, "cli"), as_json=as_json)


@app.command("list")
def list_responses(
    closed: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    lang: InWords = None,
    as_json: AsJson = False,
) -> None:
    """Responses, newest first; in words with --lang zh or --lang en. 响应列表"""
    from service.cli.pictures import print_responses
    from service.cli.reply import remind
    from service.cli.told_pictures import print_told_responses
    from service.desk.views import response_list
    from service.wiring import Home

    home = Home()
    with home.database.read() as connection:
        rows = response_list(connection, closed=closed)
    if as_json:
        print_json(rows)
        return
    if lang:
        print_told_responses(rows, home.zone, lang.value)
    else:
        print_responses(rows, home.zone)
    remind(home, language=lang)


@app.command()
def show(response: ResponseId, lang: InWords = None, as_json: AsJson = False) -> None:
    """Where a response stands: its tasks, people and deliveries; in words with --lang zh or --lang en. 当前状态"""
    from service.cli.pictures import print_response
    from service.cli.reply import remind
    from service.cli.told_pictures import print_told_response
    from service.desk.views import response_view
    from service.wiring import Home

    home = Home()
    view = response_view(home.engine, response)
    if as_json:
        print_json(view)
        return
    if lang:
        print_told_response(view, home.engine.plan_of(home.engine.head(response)), home.zone, lang.value)
    else:
        print_response(view, home.zone)
    remind(home, response, lang)


@app.command()
def journal(
    response: ResponseId,
    after: Annotated[int, typer.Option(help="Only entries after this number.")] = 0,
    lang: InWords = None,
    as_json: AsJson = False,
) -> None:
    """The record, entry by entry; in words with --lang zh or --lang en. 记录"""
    from service.cli.pictures import print_journal, print_told
    from service.desk.views import journal_view
    from service.record.told import told_entries
    from service.wiring import Home

    home = Home()
    if lang and not as_json:
        print_told(told_entries(home.engine, response, home.zone, after), home.zone, lang.value)
        return
    with home.database.read() as connection:
        entries = journal_view(connection, response, after)
    if as_json:
        print_json(entries)
    else:
        print_journal(entries, home.zone)


@app.command()
def fact(
    response: ResponseId,
    facts: Annotated[list[str], typer.Argument(help="NAME=VALUE …")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Record what was observed or forecast; a level that it calls for is proposed to its approvers."""
    from service.desk.duty import Desk, pairs
    from service.wiring import Home

    print_turn(Desk(Home()).record_facts(response, pairs(facts), by, "cli"), as_json=as_json)


@app.command()
def note(response: ResponseId, text: str, by: By = "", as_json: AsJson = False) -> None:
    """Write a note into the record."""
    from service.desk.duty import Desk
    from service.wiring import Home

    print_turn(Desk(Home()).note(response, by, "cli", text), as_json=as_json)


@app.command("stand-down")
def stand_down(
    response: ResponseId,
    by: By = "",
    approved_by: ApprovedBy = "",
    oral: Oral = False,
    reason: Reason = "",
    although: Although = "",
    as_json: AsJson = False,
) -> None:
    """End the response phase; recovery tasks open. 终止响应"""
    from service.desk.duty import Desk
    from service.wiring import Home

    turn = Desk(Home()).stand_down(response, by, "cli", reason, approved_by, oral=oral, although=although)
    print_turn(turn, as_json=as_json)


@app.command("refuse-end")
def refuse_end(response: ResponseId, by: By = "", reason: Reason = "", as_json: AsJson = False) -> None:
    """Refuse the end that is proposed. 不同意终止"""
    from service.desk.level_desk import LevelDesk
    from service.wiring import Home

    print_turn(LevelDesk(Home()).refuse_end(response, by, "cli", reason), as_json=as_json)


@app.command()
def close(response: ResponseId, by: By = "", reason: Reason = "", although: Although = "", as_json: AsJson = False) -> None:
    """Close the record; duties still open are withdrawn only with --although. 归档"""
    from service.desk.duty import Desk
    from service.wiring import Home

    print_turn(Desk(Home()).close(response, by, "cli", reason, although), as_json=as_json)


@app.command()
def record(
    response: ResponseId,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it; record-R-….html here, if left out.")
    ] = None,
) -> None:
    """Write the record as one self-contained HTML file."""
    from service.record.page import write_record
    from service.wiring import Home

    home = Home()
    output = output or Path(f"record-{response}.html")
    write_record(home.engine, response, home.zone, output)
    typer.echo(f"{response}: record written to {output}")
