"""What people have written for us and is not right: plans, sources of alerts, who is told when Tocsin itself fails."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from alerts.errors import AlertError
from notifications.channels import registry
from plans.model import Text
from service.notify.findings import Finding, Verdict, good
from service.notify.gateways import Configured
from service.notify.probes import probed
from service.settings_faults import SettingsError
from service.watch.second_channel import SecondChannel
from service.wiring import Home
from store.kinds import Kind


def plans(home: Home) -> Iterator[Finding]:
    found, faults = home.plans.good()
    for fault in faults:
        remedy = Text("运行 tocsin plan check", "see: tocsin plan check FILE")
        yield Finding(Verdict.FAULT, "plans", Text(f"预案无法启动：{fault}", f"it cannot be activated: {fault}"), remedy)
    if not faults:
        yield good("plans", f"{len(found)} 个预案均可启动", f"{len(found)} plans, each can be activated")


def alert_sources(home: Home) -> Iterator[Finding]:
    from alerts.profile import read_sources

    path = home.folder.alert_sources
    if not path.exists():
        return
    try:
        read_sources(path.read_text("utf-8"), str(path))
    except (AlertError, OSError, ValueError) as fault:
        yield Finding(Verdict.FAULT, "alerts.toml", Text(f"无法读取：{fault}", str(fault)), Text(f"修改 {path}", f"mend {path}"))


def watchdog(home: Home) -> Iterator[Finding]:
    rules, where = home.settings.watchdog, home.folder.settings
    try:
        voice = SecondChannel(home)
    except SettingsError as fault:
        yield Finding(Verdict.FAULT, "watchdog", Text(f"设置有误：{fault}", str(fault)), Text(f"修改 {where}", f"mend {where}"))
        return
    voice.learn()
    if not rules.tell:
        what = Text("系统自身出错时不通知任何人", "nobody is told when Tocsin itself is in trouble")
        remedy = Text("设置 [watchdog] tell 与 gateway", "set tell and gateway under [watchdog] in tocsin.toml")
        yield Finding(Verdict.WARNING, "watchdog", what, remedy)
    elif not (people := [each.name for each in voice.people()]):
        what = Text(
            f"{', '.join(rules.tell)} 中无人有 {rules.channel} 地址",
            f"none of {', '.join(rules.tell)} has a {rules.channel} address",
        )
        yield Finding(Verdict.FAULT, "watchdog", what, Text("补充名册", "add one to people.csv, or name somebody else"))
    else:
        yield good("watchdog", f"将通知 {'、'.join(people)}", f"it would tell {', '.join(people)}")
        yield _second_gateway(home)
    if not home.settings.heartbeat.url:
        what = Text(
            "没有外部心跳：整个进程停止时无人知道", "no heartbeat to the outside: if the whole process stops, nobody hears of it"
        )
        remedy = Text("设置 [heartbeat] url", "set url under [heartbeat] in tocsin.toml")
        yield Finding(Verdict.WARNING, "heartbeat", what, remedy)


def _second_gateway(home: Home) -> Finding:
    rules = home.settings.watchdog
    one = Configured(Kind.REAL, rules.channel, registry.named(rules.channel, rules.gateway))
    # as if it were served: a line of its own may be the running service's
    (found,) = asyncio.run(probed(home, [one], is_served=True))
    return replace(found, about=f"watchdog gateway, {found.about}")
