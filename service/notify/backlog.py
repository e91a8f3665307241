"""What the outbox and what came back say of the channels: what waits too long, and when a provider last called us."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from notifications.outbox import DeliveryView, view_of
from notifications.states import State
from notifications.tables import inbound, message_table
from plans.model import Text
from service.notify.deliveries import said
from service.notify.findings import Finding, Verdict, good
from service.notify.gateways import Configured
from service.wiring import Home
from store.kinds import Kind

TOO_LONG = timedelta(minutes=1)
RECEIPT_DUE, LOOK_BACK = timedelta(minutes=10), timedelta(days=1)
_REPORTS = {"sms": ("sms/reports", "tencent/reports"), "voice": ("voice", "tencent/voice")}
"""Where Alibaba Cloud and Tencent Cloud send their receipts to, by the kind of address."""
_WAITING = (State.QUEUED, State.SENDING, State.UNKNOWN)


def backlog(home: Home) -> Iterator[Finding]:
    """The oldest message of each channel that should have gone, and what the provider last said to it."""
    now = home.clock.now()
    with home.database.read() as connection:
        late = [view for kind in Kind for view in _late(connection, kind, now - TOO_LONG)]
    by_channel: dict[tuple[Kind, str], list[DeliveryView]] = {}
    for view in late:
        by_channel.setdefault((view.kind, view.channel), []).append(view)
    for (kind, channel), views in by_channel.items():
        yield _waits(f"{channel} outbox" + (" (drill)" if kind is Kind.DRILL else ""), views, now)
    if not late:
        yield good("outbox", "没有积压", "nothing waits longer than it should")


def _late(connection: Connection, kind: Kind, before: datetime) -> Iterator[DeliveryView]:
    table = message_table(kind)
    due = table.c.state.in_(_WAITING), table.c.next_at.is_not(None)
    statement = select(table).where(*due, table.c.at < before).order_by(table.c.at)
    yield from (view_of(row) for row in connection.execute(statement).mappings())


def _waits(about: str, views: list[DeliveryView], now: datetime) -> Finding:
    oldest = views[0]
    minutes = (now - oldest.at).total_seconds() / 60
    answer = next((f"{view.provider_code} {said(view)}".strip() for view in views if view.provider_code or view.detail), "")
    last_zh, last_en = (f"，网关最后答复：{answer}", f"; the gateway last said: {answer}") if answer else ("", "")
    what = Text(
        f"{len(views)} 条未发出，最早的已等 {minutes:.0f} 分钟（{oldest.response}）{last_zh}",
        f"{len(views)} wait, the oldest for {minutes:.0f} min ({oldest.response}){last_en}",
    )
    remedy = Text(
        "确认 tocsin serve 在运行；电话通知当事人；详见 tocsin notify deliveries --state queued",
        "see that 'tocsin serve' runs, phone the people meanwhile; list them: tocsin notify deliveries --state queued",
    )
    return Finding(Verdict.FAULT, about, what, remedy)


def callbacks(home: Home, channels: list[Configured]) -> Iterator[Finding]:
    """When a receipt and a reply last came; a warning where receipts of today's messages are overdue."""
    now = home.clock.now()
    for one in channels:
        if one.kind is Kind.REAL and one.channel in ("sms", "wechat", "voice") and one.gateways and not one.stays_here:
            yield _came(home, one.channel, now)


def _came(home: Home, channel: str, now: datetime) -> Finding:
    table, about = message_table(Kind.REAL), f"{channel} callbacks"
    with home.database.read() as connection:
        received = func.max(func.coalesce(table.c.read_at, table.c.delivered_at, table.c.sent_at))
        receipt = connection.execute(select(received).where(table.c.channel == channel)).scalar()
        reply = connection.execute(select(func.max(inbound.c.received_at)).where(inbound.c.channel == channel)).scalar()
        silent = connection.execute(
            select(func.count()).where(
                table.c.channel == channel,
                table.c.state == State.ACCEPTED,
                table.c.provider_id.is_not(None),
                table.c.accepted_at.between(now - LOOK_BACK, now - RECEIPT_DUE),
            )
        ).scalar()
    # WeCom sends no receipts
    came = {"reply": reply} if channel == "wechat" else {"receipt": receipt, "reply": reply}
    last = ", ".join(f"{name} {_shown(home, at)}" for name, at in came.items())
    if channel in _REPORTS and silent:
        what = Text(f"{silent} 条 10 分钟以上没有回执（{last}）", f"{silent} messages have no receipt after ten minutes ({last})")
        aliyun, tencent = _REPORTS[channel]
        url, secret = f"{home.settings.public_url}/callbacks/KEY/{aliyun}", home.folder.path / "keys" / "callback-path"
        remedy = Text(
            f"在服务商控制台填写回执地址 {url}（腾讯云 …/{tencent}），KEY 见 {secret}",
            f"name {url} (Tencent Cloud: …/{tencent}) in the provider's console; KEY is in {secret}",
        )
        return Finding(Verdict.WARNING, about, what, remedy)
    return good(about, f"最近一次：{last}", f"the last ones: {last}")


def _shown(home: Home, at: datetime | None) -> str:
    return f"{at.astimezone(home.zone):%m-%d %H:%M}" if at else "–"
