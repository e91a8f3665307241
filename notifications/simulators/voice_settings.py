"""What the simulated providers of voice calls know: the number that calls, the approved texts, how long a phone rings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

_MARK = "这是演练。"
CALL = "${plan}，${level}：${task}。收到请按1，不能到请按2。"
NEWS = {
    "notice": "${plan}：${reason}。",
    "proposal": "${plan}：建议${level}级响应，待批准。${reason}。",
    "end": "${plan}：建议终止${level}级响应，待批准。${reason}。",
    "withdrawn": "${plan}：任务已撤销，无需继续：${task}。原因：${reason}。",
    "signal": "${task}！立即执行。${reason}。已执行请按1，不能执行请按2。",
    "order": "${task}！立即执行。${reason}。",
    "test": "${plan}：${reason}。",
}
TEXTS = {"default": CALL} | NEWS
"""By the message of the plan."""
HEARD = {"1": "TTS_300001", "2": "TTS_300002"}
"""What is read after a key."""
_HEARD_TEXTS = {HEARD["1"]: "已记录：收到。", HEARD["2"]: "已记录：不能到。"}


def code_of(message: str, *, is_drill: bool) -> str:
    """The number of the approved text; Alibaba Cloud puts `TTS_` before it."""
    return str(200001 + 2 * list(TEXTS).index(message) + is_drill)


def approved() -> dict[str, str]:
    """Every approved text by its number."""
    real = {code_of(message, is_drill=False): text for message, text in TEXTS.items()}
    return real | {code_of(message, is_drill=True): _MARK + text for message, text in TEXTS.items()}


def approved_by_aliyun() -> dict[str, str]:
    return {f"TTS_{number}": text for number, text in approved().items()} | _HEARD_TEXTS


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    number: str = "05710000"
    """That calls."""
    application: str = "1400000002"
    aliyun_texts: Mapping[str, str] = field(default_factory=approved_by_aliyun)
    tencent_texts: Mapping[str, str] = field(default_factory=approved)
    longest: int = 20
    """Characters of one variable."""
    rings: timedelta = timedelta(seconds=30)
    """How long a phone rings before the call ends as not answered."""
    a_minute: int = 1
    an_hour: int = 5
    a_day: int = 20
    """Calls to one number."""
    again_after: tuple[timedelta, ...] = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=10))
