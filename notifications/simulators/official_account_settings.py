"""What the simulated Official Account knows: its id and secret, its templates, who follows it. All invented."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

_CALL = ("plan", "level", "task", "answer_code")
_VARIABLES = {
    "default": _CALL,
    "notice": ("plan", "reason"),
    "proposal": ("plan", "level", "reason"),
    "end": ("plan", "level", "reason"),
    "withdrawn": ("plan", "task", "reason"),
    "signal": ("task", "reason", "answer_code"),
    "order": ("task", "reason"),
    "answer": ("reason", "task"),
    "test": ("plan", "reason"),
}
_TITLES = {
    "default": "应急任务",
    "notice": "情况通报",
    "proposal": "响应建议，待批准",
    "end": "终止响应建议，待批准",
    "withdrawn": "任务已撤销，无需继续",
    "signal": "紧急信号，立即执行",
    "order": "立即执行",
    "answer": "值班回执",
    "test": "测试",
}


def template_of(message: str, *, is_drill: bool) -> str:
    return f"{'drill' if is_drill else 'real'}-template-{message}"


def places_of(message: str) -> dict[str, str]:
    """Which variable stands in which place."""
    return {f"thing{number}": name for number, name in enumerate(_VARIABLES[message], start=1)}


def messages() -> tuple[str, ...]:
    return tuple(_VARIABLES)


def _texts() -> dict[str, str]:
    found: dict[str, str] = {}
    for message in _VARIABLES:
        lines = "\n".join(f"{{{{{place}.DATA}}}}" for place in places_of(message))
        found[template_of(message, is_drill=False)] = f"{_TITLES[message]}\n{lines}"
        found[template_of(message, is_drill=True)] = f"【演练 EXERCISE】{_TITLES[message]}\n{lines}"
    return found


@dataclass(frozen=True, slots=True)
class OfficialAccountSettings:
    application: str = "wx0123456789abcdef"
    secret: str = "simulated-secret"  # noqa: S105 - of a simulator on this machine
    original: str = "gh_0123456789ab"
    """The account's own id, which its calls are addressed to."""
    token: str = "simulatedtoken"  # noqa: S105 - of a simulator on this machine
    encoding_aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    templates: Mapping[str, str] = field(default_factory=_texts)
    follower: re.Pattern[str] = field(default_factory=lambda: re.compile(r"o[0-9A-Za-z_-]{20,40}"))
    strangers: frozenset[str] = frozenset()
    """Who does not follow the account any more."""
    receipt_after: timedelta = timedelta(seconds=1)
