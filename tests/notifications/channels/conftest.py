"""A message to send, and simulated providers to send it to."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.channels.registry import build
from notifications.message import Channel, Outgoing
from notifications.simulators.settings import AliyunSettings, Callbacks, SimulatorSettings, TencentSettings
from notifications.simulators.simulators import Simulators
from notifications.simulators.voice_settings import VoiceSettings
from store.kinds import Kind


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def simulators() -> AsyncIterator[Simulators]:
    settings = SimulatorSettings(
        aliyun=AliyunSettings(receipt_after=timedelta(0), again_after=()),
        tencent=TencentSettings(receipt_after=timedelta(0), again_after=()),
        voice=VoiceSettings(rings=timedelta(milliseconds=50), again_after=()),
        callbacks=Callbacks(wechat="http://127.0.0.1:9/"),
    )
    async with Simulators(settings) as running:
        yield running


@pytest.fixture
async def channels(simulators: Simulators, tmp_path: Path) -> AsyncIterator[dict[str, Channel]]:
    urls = {
        "sms": simulators.sms_url,
        "tencent": simulators.tencent_url,
        "wechat": simulators.wechat_url,
        "group": simulators.group_url,
        "voice": simulators.voice_url,
        "call": simulators.tencent_voice_url,
        "followers": simulators.official_url,
        "file": "file://",
    }
    built = build(urls, tmp_path)
    yield built
    for channel in built.values():
        await channel.close()


@pytest.fixture
def message() -> Callable[..., Outgoing]:
    def make(**changes: object) -> Outgoing:
        usual: dict[str, object] = {
            "delivery": "d-0001",
            "kind": Kind.REAL,
            "address": "13800000001",
            "title": "防汛 Ⅲ级",
            "text": "巡堤查险：请立即到 3 号堤段。",
            "short": "巡堤查险，3 号堤段。",
            "template": "call",
            "variables": {
                "plan": "防汛",
                "level": "Ⅲ级",
                "task": "巡堤查险",
                "code": "07",
                "answer_code": "1 07",
                "link": "https://x/f/1",
            },
            "language": "zh",
            "code": "07",
        }
        return Outgoing(**(usual | changes))  # type: ignore[arg-type]  # keywords of the test

    return make
