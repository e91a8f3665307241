"""Gateways, previews, deliveries and findings as a person reads them in a terminal. Words of others are only ever words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

import typer

from flows.running.calls import spoken
from notifications.outbox import DeliveryView
from notifications.rendered import clean
from plans.model import Text
from service.notify.deliveries import MOMENTS
from service.notify.findings import Finding, Verdict
from service.notify.standing import told
from service.plain import Json

_COLOURS = {Verdict.GOOD: "green", Verdict.UNPROVEN: "cyan", Verdict.WARNING: "yellow", Verdict.FAULT: "red"}
_VERDICTS = {
    Verdict.GOOD: Text("正常", "good"),
    Verdict.UNPROVEN: Text("待证", "unproven"),
    Verdict.WARNING: Text("注意", "warning"),
    Verdict.FAULT: Text("故障", "fault"),
}
_FOR = {"real": Text("实战", "real"), "drill": Text("演练", "drill")}


def print_channels(views: Sequence[Json], language: str) -> None:
    for view in views:
        typer.echo(f"{view['channel']} ({spoken(_FOR[view['for']], language)}): {spoken(_goes(view), language)}")
        if view["as_real"]:
            continue
        for place, gateway in enumerate(view["gateways"], start=1):
            _print_gateway(place, gateway, language)
        for window in view["for_each_person"] if view["leaves_this_machine"] else ():
            most, seconds = window["most"], window["seconds"]
            said = Text(f"每人每 {seconds} 秒至多 {most} 条", f"at most {most} in {seconds} s for each person")
            typer.echo(f"   {spoken(said, language)}")


def _goes(view: Json) -> Text:
    if view["fault"]:
        return Text(f"不可用：{view['fault']}", f"cannot be used: {view['fault']}")
    if not view["leaves_this_machine"]:
        return Text(f"只写入 {view['written_to']}，无人收到", f"only written to {view['written_to']}, reaches nobody")
    if view["as_real"]:
        return Text("同实战", "as for the real thing")
    return Text("发出本机", "leaves this machine")


def _print_gateway(place: int, gateway: Json, language: str) -> None:
    plain = "" if gateway["tls"] or not gateway["host"] else spoken(Text("（无 TLS）", " (no TLS)"), language)
    typer.echo(f"   {place}. {gateway['name']}  {gateway['host'] or ''}{plain}  {gateway['address']}")
    if gateway["signature"]:
        typer.echo(f"      {spoken(Text('签名', 'signature'), language)} 【{gateway['signature']}】")
    for name, number in gateway["limits"].items():
        typer.echo(f"      {spoken(_LIMITS[name], language)} {number}")
    if gateway["resting_until"]:
        until = gateway["resting_until"]
        typer.echo(
            f"      {spoken(Text(f'连续出错，暂停至 {until}', f'left alone after a run of faults until {until}'), language)}"
        )
    if gateway["by_receipts"]:
        typer.echo(f"      {spoken(told(gateway['by_receipts']), language)}")
    for message, template in gateway["templates"].items():
        variables = ", ".join(template["variables"]) or spoken(Text("全部变量", "all variables"), language)
        typer.echo(f"      {message} = {template['code']} ({variables})")


_LIMITS = {
    "variable characters": Text("每个变量至多字符", "characters of a variable, at most"),
    "card bytes": Text("卡片正文至多字节", "bytes of a card's text, at most"),
    "text bytes": Text("文本至多字节", "bytes of a text, at most"),
    "a minute": Text("每分钟至多条数", "messages a minute, at most"),
    "times read": Text("朗读遍数", "times that a call's text is read"),
    "window": Text("同时等待应答的条数", "messages that may wait for their answer at once"),
}


def print_preview(view: Json) -> None:
    language = view["person"]["language"]
    drill = "【演练】EXERCISE " if view["kind"] == "drill" else ""
    who = f"{view['person']['name']} ({view['person']['person']})"
    typer.echo(f"{drill}{view['plan']} {view['task']} [{view['step']}] → {clean(who)}, {view['template']}")
    for note in view["notes"]:
        typer.secho(f"! {note['en' if language == 'en' else 'zh']}", fg="yellow")
    for delivery in view["deliveries"]:
        typer.echo(f"\n{delivery['channel']} {delivery['address']}")
        if delivery["fault"]:
            typer.secho(f"  ! {clean(delivery['fault'])}", fg="red")
        for gateway in delivery["gateways"]:
            typer.echo("\n".join(f"  {line}" for line in _previewed(gateway, language)))


def _previewed(gateway: Json, language: str) -> Iterator[str]:
    yield f"── {gateway['name']}{_counted(gateway['segments'], language)}"
    if gateway["refused"]:
        yield f"! {gateway['refused']}"
        return
    if gateway["template"]:
        yield f"{spoken(Text('模板', 'template'), language)} {gateway['template']}"
        yield from (f"  {name} = {clean(value)}" for name, value in gateway["variables"].items())
        yield spoken(_SHORT_TEXT, language)
    edge = "│ " if gateway["form"] == "card" else ""
    yield from (f"{edge}{_visible(line)}" for line in gateway["text"].split("\n"))


_SHORT_TEXT = Text("预案短文本（实际文字以核准模板为准）：", "the plan's short text (the approved template has the words):")


def _visible(line: str) -> str:
    """As it stands, with its marks and its signature, and nothing that moves the terminal's cursor."""
    return "".join(character if character.isprintable() else " " for character in line)


def _counted(segments: Json | None, language: str) -> str:
    if segments is None:
        return ""
    count, units, encoding = segments["count"], segments["units"], segments["encoding"]
    zh = f"（含签名 {units} 字，{count} 条计费，{encoding}）"
    return spoken(Text(zh, f" ({units} units with the signature, {count} segments, {encoding})"), language)


def print_delivery(row: Json, zone: tzinfo) -> None:
    drill = "【演练】EXERCISE " if row["kind"] == "drill" else ""
    about = " ".join(part for part in (row["response"], row["assignment"], f"[{row['step']}]") if part)
    who = f"{clean(row['name'])} ({row['person']}) {row['channel'] or '–'} {row['address']}".rstrip()
    typer.echo(f"{drill}{about}  {who}: {row['state']}{_doubt(row)}")
    times = ", ".join(f"{name} {_time(row['at'][name], zone)}" for name in MOMENTS if name in row["at"])
    typer.echo(f"   {times}" + (f"  id {row['provider_id']}" if row["provider_id"] else ""))
    if said := ": ".join(part for part in (row["provider_code"], clean(row["detail"])) if part):
        typer.echo(f"   {said}")


def _doubt(row: Json) -> str:
    if row["only_written"]:
        return " (only written to a file, reached nobody)"
    return " (IN DOUBT: may have gone out twice, or not at all)" if row["in_doubt"] else ""


def progress_line(views: Sequence[DeliveryView]) -> str:
    return ", ".join(f"{view.channel} {view.state.value}" for view in views)


def print_finding(finding: Finding, language: str) -> None:
    verdict = typer.style(spoken(_VERDICTS[finding.verdict], language), fg=_COLOURS[finding.verdict])
    typer.echo(f"{verdict}  {finding.about}: {spoken(finding.what, language)}")
    if finding.remedy:
        typer.echo(f"   → {spoken(finding.remedy, language)}")


def _time(moment: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%m-%d %H:%M:%S}"
