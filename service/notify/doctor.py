"""Would a call reach its people now? The settings, each gateway, the service, what waits and came back, who has no address."""

import asyncio
from collections.abc import Iterator

from notifications.health import SHARES
from plans.model import Text
from service.notify import served as notify_served
from service.notify.backlog import backlog, callbacks
from service.notify.findings import Finding, Verdict, good
from service.notify.gateways import TABLES, Configured, configured
from service.notify.probes import probed
from service.notify.reach import unreachable
from service.notify.standing import told
from service.plain import Json
from service.settings_faults import SettingsError
from service.wiring import Home
from store.kinds import Kind

_LOCAL = ("http://127.", "http://localhost", "http://[::1]")


def examined(home: Home) -> list[Finding]:
    """All that can be known without sending a message."""
    try:
        channels = [each for each in configured(home) if not (each.kind is Kind.DRILL and each.as_real)]
    except SettingsError as fault:
        remedy = Text(f"修改 {home.folder.settings}", f"mend {home.folder.settings}")
        return [Finding(Verdict.FAULT, "tocsin.toml", Text(f"设置有误：{fault}", str(fault)), remedy)]
    served = notify_served.asked(home)
    return [
        *_settings(home, channels),
        *asyncio.run(probed(home, channels, is_served=served is not None)),
        *served_findings(served),
        *backlog(home),
        *callbacks(home, channels),
        *(unreachable(home.active_plans(), home.duty(), home.clock.now()) or [_all_reachable()]),
    ]


def _settings(home: Home, channels: list[Configured]) -> Iterator[Finding]:
    for one in channels:
        table = TABLES[one.kind]
        if one.fault:
            remedy = Text(
                f"修改 {home.folder.settings} 后重启服务", f"mend {home.folder.settings}, then start 'tocsin serve' anew"
            )
            yield Finding(Verdict.FAULT, one.channel, Text(f"设置不可用：{one.fault}", one.fault), remedy)
        elif one.stays_here:
            what = Text(
                f"没有网关，消息只写入 {one.file}，无人收到", f"no gateway: messages are written to {one.file} and reach nobody"
            )
            remedy = Text(f"在 tocsin.toml [{table}] 中设置网关", f"name a gateway under [{table}] in tocsin.toml")
            yield Finding(Verdict.WARNING, one.channel, what, remedy)
    leave = any(one.gateways and not one.stays_here for one in channels)
    if leave and home.settings.public_url.startswith(_LOCAL):
        url = home.settings.public_url
        what = Text(f"消息中的链接指向 {url}，手机打不开", f"links in messages lead to {url}, which no phone can open")
        remedy = Text("设置 [server] public_url", "set public_url under [server] in tocsin.toml")
        yield Finding(Verdict.WARNING, "links", what, remedy)
    yield from _uncalled(home, channels)


def _uncalled(home: Home, channels: list[Configured]) -> Iterator[Finding]:
    """Whose calls back nobody would believe."""
    urls = [url for one in channels if one.kind is Kind.REAL for url in one.gateways.values()]
    if any(url.startswith("wecomapp://") and "buttons=no" not in url for url in urls) and not home.settings.wecom.token:
        what = Text(
            "企业微信按钮的回调未设置，按钮回答会被拒绝", "no WeCom callback is set up: answers by its buttons are refused"
        )
        remedy = Text(
            "填写 [wecom]，或在地址中加 buttons=no", "fill in [wecom] in tocsin.toml, or write buttons=no in the address"
        )
        yield Finding(Verdict.WARNING, "wechat callbacks", what, remedy)
    if any(url.startswith("officialaccount://") for url in urls) and not home.settings.official_account.token:
        what = Text(
            "公众号的回调未设置，没有回执，也收不到粉丝的回复",
            "no callback of the Official Account is set up: neither receipts nor answers of followers come",
        )
        where = f"{home.settings.public_url}/callbacks/KEY/official"
        remedy = Text(
            f"填写 [official_account]，并在公众平台填写 {where}",
            f"fill in [official_account] in tocsin.toml, and name {where} at WeChat's platform",
        )
        yield Finding(Verdict.WARNING, "official account callbacks", what, remedy)


def served_findings(served: Json | None) -> Iterator[Finding]:
    """Only the running service knows whom it leaves alone."""
    if served is None:
        zh = "本数据目录没有运行中的 tocsin serve，消息不会发出"
        what = Text(zh, "no 'tocsin serve' runs on this data folder: no message leaves")
        yield Finding(Verdict.WARNING, "service", what, Text("运行 tocsin serve", "start it: tocsin serve"))
        return
    for each in served["resting"]:
        what = Text(f"连续出错，暂停至 {each['until']}", f"left alone after a run of faults until {each['until']}")
        remedy = Text("看上面该网关的检查结果", "see what is said of this gateway above")
        yield Finding(Verdict.FAULT, f"{each['channel']} {each['gateway']}".rstrip(), what, remedy)
    if not served["resting"]:
        yield good("service", "tocsin serve 运行中，没有被暂停的网关", "'tocsin serve' runs; no gateway is left alone")
    yield from (_behind(each) for each in served["by_receipts"] if each["share"] < SHARES[-1])


def _behind(each: Json) -> Finding:
    remedy = Text(
        "查服务商控制台的发送记录和签名报备，其余网关先发",
        "look at what the provider's console says of these messages and of the signature; the other gateways go first",
    )
    return Finding(Verdict.WARNING, f"{each['channel']} {each['gateway']} receipts", told(each), remedy)


def _all_reachable() -> Finding:
    return good("people", "当班人员在各阶梯所用渠道均有地址", "everybody on duty has an address for each kind that a ladder uses")
