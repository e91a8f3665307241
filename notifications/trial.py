"""A message that only tries a channel: it says so first, asks for nothing, and nobody can take it for an incident."""

from datetime import datetime, timedelta

from notifications.message import Call, Priority, Recipient
from notifications.rendered import is_chinese
from notifications.rendering import TemplateText

TEMPLATE = "test"
"""Its approved template at an SMS provider has this name in the channel's address."""
KEEPS = timedelta(minutes=5)
# the brackets of a signature and of the drill mark are the renderer's alone
_CHINESE = TemplateText(
    "〔测试〕警钟通道测试",
    "〔测试〕{{ person }}：这是警钟的通道测试消息，没有险情，无需回复。{{ deadline }}",
    "〔测试〕警钟通道测试，没有险情，无需回复。",
)
_ENGLISH = TemplateText(
    "TEST of Tocsin's channels",
    "TEST. {{ person }}: this message only tries the channel. Nothing has happened, no answer is needed. {{ deadline }}",
    "TEST of Tocsin's channels. Nothing has happened, no answer is needed.",
)


def words(language: str) -> TemplateText:
    return _CHINESE if is_chinese(language) else _ENGLISH


def trial_call(response: str, recipient: Recipient, channels: tuple[str, ...], now: datetime, shown_time: str) -> Call:
    """`response` names the test and no response; each word that a provider's template may ask for says what this is."""
    zh = is_chinese(recipient.language)
    said = ("测试", "测试消息", "没有险情") if zh else ("TEST", "only a test", "nothing has happened")
    return Call(
        response=response,
        plan_digest="",
        assignment="",
        step=TEMPLATE,
        epoch=1,
        recipient=recipient,
        channels=channels,
        template=TEMPLATE,
        parameters=dict(zip(("plan", "level", "task"), said, strict=True)) | {"reason": said[2], "deadline": shown_time},
        priority=Priority.OPERATION,
        at=now,
        expires=now + KEEPS,
        answerable=False,
    )
