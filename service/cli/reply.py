"""`tocsin reply …`: answers that were not understood, for a person at the desk to read and settle."""

from typing import Annotated, Any, Literal

import typer

from service.cli.output import AsJson, By, Reason, print_json
from service.cli.plan.finding import Language

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_replies(as_json: AsJson = False) -> None:
    """Answers that wait for a person, oldest first. 待人工处理的回复"""
    from service.desk.reply_desk import reply_view, waiting
    from service.wiring import Home

    home = Home()
    people = home.duty().people
    views = [reply_view(each, people, home.zone) for each in waiting(home)]
    if as_json:
        print_json(views)
        return
    if not views:
        typer.echo("no answer waits for a person (没有待人工处理的回复)")
    for view in views:
        _print(view)


@app.command()
def settle(
    reply: Annotated[int, typer.Argument(help="The number of the reply, as 'tocsin reply list' shows it.")],
    how: Annotated[
        Literal["acknowledge", "decline", "note"] | None,
        typer.Option("--as", help="What the person meant; left out, nothing comes of it and --reason says why."),
    ] = None,
    assignment: Annotated[str, typer.Option(help="Which task it is about, or its short code; where several are open.")] = "",
    response: Annotated[str, typer.Option(help="Which response, where two have that task.")] = "",
    reason: Reason = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Act on an answer for who wrote it, at the moment they wrote it, or say why nothing comes of it. 人工处理"""
    from service.desk.reply_desk import Decision, reply_view
    from service.desk.reply_desk import settle as settle_reply
    from service.wiring import Home

    home = Home()
    decision = Decision(by=by, how=how, response=response, assignment=assignment, reason=reason)
    view = reply_view(settle_reply(home, reply, decision, "cli"), home.duty().people, home.zone)
    if as_json:
        print_json(view)
        return
    made = view["settled"]
    about = f" {made['response']} {made['assignment']}" if made["response"] else ""
    typer.echo(f"reply {view['id']}: settled by {made['by']} ({made['as'] or 'nothing comes of it'}{about})")


def remind(home: Any, response: str = "", language: Language | None = None) -> None:
    """Says on the desk's other lists how many answers wait; with `response`, only those of people called in it."""
    from service.desk.reply_desk import waiting

    count = sum(not response or response in {call.response for call in each.calls} for each in waiting(home))
    if count:
        waits = "待人工处理的回复：" if language is Language.ZH else "answers that wait for a person: "
        typer.echo(f"{waits}{count} ('tocsin reply list')")


def _print(view: dict[str, Any]) -> None:
    from notifications.rendered import clean

    who = ", ".join(f"{each['name']} ({each['person']})" for each in view["people"])
    typer.echo(f"{view['id']:>4}  {view['at'][5:16].replace('T', ' ')}  {clean(who)}  {view['channel']} {view['address']}")
    typer.echo(f"      says    {clean(view['text'])}")
    for call in view["calls"]:
        drill = "【演练】EXERCISE " if call["kind"] == "drill" else ""
        state = "" if call["open"] else " (no longer open)"
        typer.echo(f"      called  {drill}{call['response']} {call['assignment']}, code {call['code']}{state}")
    typer.echo(f"      why     {view['why']}")
