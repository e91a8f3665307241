"""Each gateway asked whether it knows us: reached by name and TLS, signed in where that can be done without sending."""

import asyncio
import ssl
from datetime import timedelta

from notifications.channels import aliyun_sms, registry
from notifications.channels.described import Place, described
from notifications.channels.registry import AIBOT, SMPP
from notifications.message import Outcome, Proving, Result
from plans.model import Text
from service.notify.findings import Finding, Verdict, good
from service.notify.gateways import TABLES, Configured, folder_of
from service.wiring import Home
from store.kinds import Kind

PATIENCE = timedelta(seconds=8)
_LINES = (*SMPP, AIBOT)
"""A second line of one account may end the first."""


async def probed(home: Home, channels: list[Configured], *, is_served: bool) -> list[Finding]:
    """All at once: one that hangs costs its own patience and nobody else's."""
    each = [(one, name, url) for one in channels for name, url in one.gateways.items() if not one.stays_here]
    return list(await asyncio.gather(*(_probed(home, *gateway, is_served=is_served) for gateway in each)))


async def _probed(home: Home, one: Configured, name: str, url: str, *, is_served: bool) -> Finding:
    about = f"{one.channel} {name}" + (" (drill)" if one.kind is Kind.DRILL else "")
    place, scheme = described(one.channel, url).place, url.partition("://")[0].lower()
    channel = registry.build({one.channel: url}, folder_of(home, one.kind))[one.channel]
    # a gateway may end the older of two lines of one account, and that is the service's
    proving = channel if isinstance(channel, Proving) and not (is_served and scheme in _LINES) else None
    try:
        outcome = await _asked(proving, place)
    finally:
        await channel.close()
    if outcome.result is not Result.ACCEPTED:
        return _fault(about, TABLES[one.kind], outcome)
    if is_served and scheme in _LINES:
        zh = "可达；线路由运行中的服务占用，是否登录见其日志"
        return good(about, zh, "it can be reached; the line is the running service's, whose log says whether it is open")
    if proving is None or scheme == aliyun_sms.SCHEME:
        return _unproven(about, one.channel, name, _known(proving, place))
    return good(about, "可达，凭据有效", "it answers and accepts our credentials")


async def _asked(proving: Proving | None, place: Place | None) -> Outcome:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            if proving is not None:
                return await proving.prove()
            return await _reached(place) if place else Outcome(Result.ACCEPTED)
    except TimeoutError:
        return Outcome(Result.FAILED_FOR_NOW, code="timeout", detail=f"no answer in {PATIENCE.total_seconds():g} s")


async def _reached(place: Place) -> Outcome:
    try:
        tls = ssl.create_default_context() if place.has_tls else None
        _, writer = await asyncio.open_connection(place.host, place.port, ssl=tls)
    except ssl.SSLError as cause:
        return Outcome(Result.PROVIDER_DOWN, code="tls", detail=cause.reason or str(cause))
    except OSError as cause:
        return Outcome(Result.FAILED_FOR_NOW, code="connect", detail=f"{place.host}:{place.port}: {cause.strerror or cause}")
    writer.close()
    return Outcome(Result.ACCEPTED)


def _fault(about: str, table: str, outcome: Outcome) -> Finding:
    said = ": ".join(part for part in (outcome.code, outcome.detail) if part)
    match outcome.code:
        case "connect" | "timeout" | "disconnected" | "line-lost":
            what = Text(f"无法连接（{said}）", f"it cannot be reached ({said})")
            remedy = Text("检查主机名、端口、DNS 与防火墙出口", "check the host, the port, DNS and what the firewall lets out")
        case "tls":
            what = Text(f"TLS 不可信（{said}）", f"its TLS cannot be trusted ({said})")
            remedy = Text("检查主机名与证书；本机时钟是否准确", "check the host's name, its certificate and this machine's clock")
        case _:
            what = Text(f"网关拒绝（{said}）", f"it refuses us ({said})")
            remedy = Text(
                f"检查 tocsin.toml [{table}] 中该网关的账号、密钥、应用与来源 IP 白名单",
                f"check its account, its secret and the allowed source addresses ([{table}] in tocsin.toml)",
            )
    return Finding(Verdict.FAULT, about, what, remedy)


def _known(proving: Proving | None, place: Place | None) -> Text:
    """An SMS provider judges signature and template only when something is sent; a bot and a webhook know nothing else."""
    if proving is not None:
        zh = "可达，密钥有效；签名与模板只有发测试才能证明"
        return Text(zh, "it answers and accepts the key; only a test proves sign and templates")
    if place is None:
        return Text("只有发测试才能证明", "only a test message proves it")
    return Text("可达；凭据只有发测试才能证明", "it answers; only a test message proves the credentials")


def _unproven(about: str, channel: str, gateway: str, known: Text) -> Finding:
    command = f"tocsin notify test --to PERSON --channel {channel} --gateway '{gateway}'"
    return Finding(Verdict.UNPROVEN, about, known, Text(f"运行 {command}", f"run: {command}"))
