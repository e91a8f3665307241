"""What the simulated providers know: accounts, signatures, templates, members, limits. All invented, for this machine only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from notifications.simulators.ledger import Received

CALL_TEMPLATE, DRILL_CALL_TEMPLATE = "SMS_100001", "SMS_100002"
NOTICE_TEMPLATE, DRILL_NOTICE_TEMPLATE = "SMS_100003", "SMS_100004"
ANSWER_TEMPLATE, DRILL_ANSWER_TEMPLATE = "SMS_100005", "SMS_100006"
_CALL = "${plan}，${level}：${task}。收到请回复${answer_code}，不能到请回复2 ${code}。"
_NOTICE = "${plan}，${level}：${task}。"
_ANSWER = "值班回执：${reason}：${task}。"
_DRILL_MARK = "（演练 EXERCISE）"
TEMPLATES = {
    CALL_TEMPLATE: _CALL,
    DRILL_CALL_TEMPLATE: _DRILL_MARK + _CALL,
    NOTICE_TEMPLATE: _NOTICE,
    DRILL_NOTICE_TEMPLATE: _DRILL_MARK + _NOTICE,
    ANSWER_TEMPLATE: _ANSWER,
    DRILL_ANSWER_TEMPLATE: _DRILL_MARK + _ANSWER,
}
TENCENT_CALL, TENCENT_DRILL_CALL = "2000001", "2000002"
TENCENT_NOTICE, TENCENT_DRILL_NOTICE = "2000003", "2000004"
TENCENT_ANSWER, TENCENT_DRILL_ANSWER = "2000005", "2000006"
_TENCENT_CALL = "{1}，{2}：{3}。收到请回复{4}，不能到请回复2 {5}。"
_TENCENT_NOTICE = "{1}，{2}：{3}。"
_TENCENT_ANSWER = "值班回执：{1}：{2}。"
TENCENT_TEMPLATES = {
    TENCENT_CALL: _TENCENT_CALL,
    TENCENT_DRILL_CALL: _DRILL_MARK + _TENCENT_CALL,
    TENCENT_NOTICE: _TENCENT_NOTICE,
    TENCENT_DRILL_NOTICE: _DRILL_MARK + _TENCENT_NOTICE,
    TENCENT_ANSWER: _TENCENT_ANSWER,
    TENCENT_DRILL_ANSWER: _DRILL_MARK + _TENCENT_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where the providers call; empty: they do not."""

    reports: str = ""
    replies: str = ""
    wechat: str = ""
    tencent_reports: str = ""
    tencent_replies: str = ""

    @classmethod
    def under(cls, base: str) -> "Callbacks":
        start = base.rstrip("/")
        return cls(
            f"{start}/sms/reports",
            f"{start}/sms/replies",
            f"{start}/wechat",
            f"{start}/tencent/reports",
            f"{start}/tencent/replies",
        )


@dataclass(frozen=True, slots=True)
class AliyunSettings:
    key: str = "LTAI-simulated"
    secret: str = "simulated-secret"  # noqa: S105 - of a simulator on this machine
    sign_name: str = "警钟平台"
    templates: Mapping[str, str] = field(default_factory=lambda: dict(TEMPLATES))
    a_day: int = 50
    """Messages of one template to one number."""
    receipt_after: timedelta = timedelta(seconds=1)
    again_after: tuple[timedelta, ...] = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=10))
    """A push that was not answered with 200 is tried again; the real provider waits minutes."""


@dataclass(frozen=True, slots=True)
class TencentSettings:
    identifier: str = "AKID-simulated"
    secret: str = "simulated-secret"  # noqa: S105 - of a simulator on this machine
    application: str = "1400000001"
    sign_name: str = "警钟平台"
    templates: Mapping[str, str] = field(default_factory=lambda: dict(TENCENT_TEMPLATES))
    longest: int = 12
    """Characters of one variable."""
    a_day: int = 50
    """Messages to one number."""
    has_session: bool = True
    """Whether reports bear the sender's reference; an account has to ask the provider for that."""
    receipt_after: timedelta = timedelta(seconds=1)
    again_after: tuple[timedelta, ...] = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=10))


@dataclass(frozen=True, slots=True)
class WecomSettings:
    corporation: str = "ww0123456789abcdef"
    secret: str = "simulated-secret"  # noqa: S105 - of a simulator on this machine
    agent: int = 1000002
    token: str = "simulatedtoken"  # noqa: S105 - of a simulator on this machine
    encoding_aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    bot_key: str = "simulated-bot-key"
    """Of the bot of a group."""
    members: frozenset[str] | None = None
    """None: whoever is named is a member, except names that begin with `nobody`."""
    a_minute: int = 30
    """Messages to one member; what is above disappears without an error."""


@dataclass(frozen=True, slots=True)
class SmppSettings:
    system_id: str = "tocsin"
    password: str = "simulate"  # noqa: S105 - of a simulator on this machine
    receipt_after: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    sms_port: int = 0
    wecom_port: int = 0
    tencent_port: int = 0
    smpp_port: int = 0
    callbacks: Callbacks = Callbacks()
    aliyun: AliyunSettings = AliyunSettings()
    tencent: TencentSettings = TencentSettings()
    wecom: WecomSettings = WecomSettings()
    smpp: SmppSettings = SmppSettings()
    ledger: Path | None = None


def is_drill(received: Received) -> bool:
    return any(mark in received.title + received.text for mark in ("演练", "EXERCISE"))
