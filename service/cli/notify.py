"""`tocsin notify …`: which gateways there are, what people would receive, a test, what became of messages, and what is wrong."""

from datetime import timedelta
from typing import Annotated, Literal

import typer

from service.cli.output import AsJson, print_json

app = typer.Typer(no_args_is_help=True)
Language = Annotated[Literal["zh", "en"], typer.Option("--lang", help="In Chinese or English.")]
To = Annotated[str, typer.Option("--to", help="A person of the directory, by id.")]
Channel = Annotated[str, typer.Option(help="Only this kind of address: sms, wechat, voice or email.")]
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.command()
def channels(language: Language = "en", as_json: AsJson = False) -> None:
    """The gateways of each kind of address, in the order they are asked in. 通道与网关"""
    from service.notify.gateways import channels_view
    from service.notify.pictures import print_channels
    from service.notify.served import asked
    from service.notify.standing import with_treatment
    from service.wiring import Home

    home = Home()
    views = with_treatment(channels_view(home), asked(home))
    if as_json:
        print_json(views)
    else:
        print_channels(views, language)


@app.command()
def preview(
    plan: Annotated[str, typer.Argument(help="Name of the plan.")],
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    to: To,
    step: Annotated[str, typer.Option(help="call, escalation, manual, signal, report or progress.")] = "call",
    channel: Channel = "",
    language: Annotated[str, typer.Option("--lang", help="zh or en; left out, the person's own.")] = "",
    drill: Annotated[bool, typer.Option("--drill", help="As in a drill.")] = False,
    as_json: AsJson = False,
) -> None:
    """Exactly what a person would receive; nothing is sent and nothing is kept. 消息预览"""
    from service.notify.pictures import print_preview
    from service.notify.preview import preview_view
    from service.notify.steps import Asked
    from service.wiring import Home

    asked = Asked(plan=plan, task=task, to=to, step=step, channel=channel, language=language, is_drill=drill)
    view = preview_view(Home(), asked)
    if as_json:
        print_json(view)
    else:
        print_preview(view)


@app.command("test")
def send_test(
    to: To,
    channel: Channel = "",
    gateway: Annotated[str, typer.Option(help="Only this gateway, as 'channels' names it.")] = "",
    language: Annotated[str, typer.Option("--lang", help="zh or en; left out, the person's own.")] = "",
    seconds: Annotated[float, typer.Option(min=1, max=300, help="How long to wait for the providers.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Send one message that says it is a test. Exit 1 where a provider did not take it. 发送测试消息"""
    from service.notify.deliveries import delivery_row
    from service.notify.pictures import print_delivery, progress_line
    from service.notify.trial import Trial, has_arrived, send_trial
    from service.wiring import Home

    home = Home()
    asked = Trial(to=to, channel=channel, gateway=gateway, language=language)
    views = send_trial(home, asked, lambda now: typer.echo(progress_line(now), err=True), timedelta(seconds=seconds))
    rows = [delivery_row(view) for view in views]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print_delivery(row, home.zone)
    if not all(map(has_arrived, views)):
        raise typer.Exit(1)


@app.command()
def deliveries(
    response: Annotated[str, typer.Option(help="Only of this response.")] = "",
    person: Annotated[str, typer.Option(help="Only to this person.")] = "",
    state: Annotated[str, typer.Option(help="Only those in this state: queued, failed, unknown, delivered …")] = "",
    since: Annotated[str, typer.Option(help="Only those queued since: 30m, 2h or 1d ago.")] = "",
    as_json: AsJson = False,
) -> None:
    """What became of messages, newest first. 消息状态"""
    from service.notify.deliveries import Wanted, deliveries_view
    from service.notify.pictures import print_delivery
    from service.wiring import Home

    home = Home()
    rows = deliveries_view(home, Wanted(response=response, person=person, state=state, since=_duration(since)))
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo("no such message (没有符合条件的消息)")
    for row in rows:
        print_delivery(row, home.zone)


@app.command()
def doctor(language: Language = "en", as_json: AsJson = False) -> None:
    """Would a call reach its people now? Nothing is sent. Exit 1 on a fault. 通道体检"""
    from service.notify.doctor import examined
    from service.notify.findings import Verdict, finding_view
    from service.notify.pictures import print_finding
    from service.wiring import Home

    findings = examined(Home())
    if as_json:
        print_json([finding_view(each) for each in findings])
    else:
        for each in findings:
            print_finding(each, language)
    if any(each.verdict is Verdict.FAULT for each in findings):
        raise typer.Exit(1)


def _duration(text: str) -> timedelta | None:
    if not text:
        return None
    number, unit = text[:-1], text[-1]
    if unit not in _UNITS or not number.isdecimal() or len(number) > 5:
        raise typer.BadParameter(f"--since {text!r}: expected minutes, hours or days, as in 30m, 2h or 1d")
    return timedelta(**{_UNITS[unit]: int(number)})
