"""What the simulated providers know: accounts, signatures, templates, members, limits. All invented, for this machine only."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from notifications.simulators.ledger import Received
from notifications.simulators.official_account_settings import OfficialAccountSettings
from notifications.simulators.voice_settings import VoiceSettings

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def variables_of(text: str) -> tuple[str, ...]:
    """The variables of a template, in the order in which they stand in it."""
    return tuple(_VARIABLE.findall(text))


def _numbered(text: str) -> str:
    """As Tencent Cloud writes it."""
    numbers = itertools.count(1)
    return _VARIABLE.sub(lambda _: f"{{{next(numbers)}}}", text)


CALL_TEMPLATE, DRILL_CALL_TEMPLATE = "SMS_100001", "SMS_100002"
ANSWER_TEMPLATE, DRILL_ANSWER_TEMPLATE = "SMS_100005", "SMS_100006"
_CALL = "${plan}，${level}：${task}。收到请回复${answer_code}，不能到请回复2 ${code}。"
NEWS_TEMPLATES = {
    "notice": ("SMS_100003", "SMS_100004"),
    "proposal": ("SMS_100007", "SMS_100008"),
    "end": ("SMS_100009", "SMS_100010"),
    "withdrawn": ("SMS_100011", "SMS_100012"),
    "signal": ("SMS_100013", "SMS_100014"),
    "order": ("SMS_100017", "SMS_100018"),
    "test": ("SMS_100015", "SMS_100016"),
}
"""What says something else than a call does, each with the template of drills."""
NEWS = {
    "notice": "${plan}：${reason}。",
    "proposal": "${plan}：建议${level}级响应，待批准。${reason}。",
    "end": "${plan}：建议终止${level}级响应，待批准。${reason}。",
    "withdrawn": "${plan}：任务已撤销，无需继续：${task}。原因：${reason}。",
    "signal": "${task}！立即执行。${reason}。已执行请回复${answer_code}，不能执行请回复2 ${code}。",
    "order": "${task}！立即执行。${reason}。",
    "test": "${plan}：${reason}。",
}
_ANSWER = "值班回执：${reason}：${task}。"
_DRILL_MARK = "（演练 EXERCISE）"
TEMPLATES = {
    CALL_TEMPLATE: _CALL,
    DRILL_CALL_TEMPLATE: _DRILL_MARK + _CALL,
    ANSWER_TEMPLATE: _ANSWER,
    DRILL_ANSWER_TEMPLATE: _DRILL_MARK + _ANSWER,
    **{NEWS_TEMPLATES[name][0]: text for name, text in NEWS.items()},
    **{NEWS_TEMPLATES[name][1]: _DRILL_MARK + text for name, text in NEWS.items()},
}
TENCENT_CALL, TENCENT_DRILL_CALL = "2000001", "2000002"
TENCENT_ANSWER, TENCENT_DRILL_ANSWER = "2000005", "2000006"
_TENCENT_CALL = "{1}，{2}：{3}。收到请回复{4}，不能到请回复2 {5}。"
TENCENT_NEWS_TEMPLATES = {
    "notice": ("2000003", "2000004"),
    "proposal": ("2000007", "2000008"),
    "end": ("2000009", "2000010"),
    "withdrawn": ("2000011", "2000012"),
    "signal": ("2000013", "2000014"),
    "order": ("2000017", "2000018"),
    "test": ("2000015", "2000016"),
}
_TENCENT_ANSWER = "值班回执：{1}：{2}。"
TENCENT_TEMPLATES = {
    TENCENT_CALL: _TENCENT_CALL,
    TENCENT_DRILL_CALL: _DRILL_MARK + _TENCENT_CALL,
    TENCENT_ANSWER: _TENCENT_ANSWER,
    TENCENT_DRILL_ANSWER: _DRILL_MARK + _TENCENT_ANSWER,
    **{TENCENT_NEWS_TEMPLATES[name][0]: _numbered(text) for name, text in NEWS.items()},
    **{TENCENT_NEWS_TEMPLATES[name][1]: _DRILL_MARK + _numbered(text) for name, text in NEWS.items()},
}


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where the providers call; empty: they do not."""

    reports: str = ""
    replies: str = ""
    wechat: str = ""
    tencent_reports: str = ""
    tencent_replies: str = ""
    voice: str = ""
    tencent_voice: str = ""
    official: str = ""

    @classmethod
    def under(cls, base: str) -> "Callbacks":
        start = base.rstrip("/")
        return cls(
            f"{start}/sms/reports",
            f"{start}/sms/replies",
            f"{start}/wechat",
            f"{start}/tencent/reports",
            f"{start}/tencent/replies",
            f"{start}/voice",
            f"{start}/tencent/voice",
            f"{start}/official",
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
class AibotSettings:
    bot: str = "aib-simulated"
    secret: str = "simulated-secret"  # noqa: S105 - of a simulator on this machine


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
    official: OfficialAccountSettings = field(default_factory=OfficialAccountSettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    aibot: AibotSettings = AibotSettings()
    aibot_port: int = 0
    ledger: Path | None = None


def is_drill(received: Received) -> bool:
    return any(mark in received.title + received.text for mark in ("演练", "EXERCISE"))
