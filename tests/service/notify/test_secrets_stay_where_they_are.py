"""A whole bad evening over every gateway, and then everything that was written is searched for the secrets and the phones."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.simulators.faults import Fault
from notifications.simulators.settings import AliyunSettings, SimulatorSettings, SmppSettings, TencentSettings, WecomSettings
from notifications.simulators.simulators import Simulators
from resources.samples import sample_duty
from tests.chaos.bureau import Bureau, clock_at

pytestmark = pytest.mark.slow
ALIYUN, TENCENT, WECOM, SMPP = "s3cret-aliyun-0001", "s3cret-tencent-0002", "s3cret-wecom-0003", "s3c-smpp"
FROM_THE_ENVIRONMENT = {"SMS_SECRET": ALIYUN, "TENCENT_SECRET": TENCENT, "WECOM_SECRET": WECOM, "SMPP_SECRET": SMPP}
EVENING = [
    Fault("sms", code="SignatureDoesNotMatch", times=2),
    Fault("sms", drop=True, times=1),
    Fault("tencent", code="AuthFailure.SignatureFailure", times=2),
    Fault("wechat", code="40001", times=2),
    Fault("wechat", down=True, times=2),
    Fault("voice", code="isp.RAM_PERMISSION_DENY", times=1),
]


def test_no_secret_and_no_phone_is_found_in_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FROM_THE_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    asyncio.run(a_bad_evening(tmp_path))


async def a_bad_evening(folder: Path) -> None:
    clock = clock_at(20)
    simulated = SimulatorSettings(
        aliyun=AliyunSettings(secret=ALIYUN, receipt_after=timedelta(0)),
        tencent=TencentSettings(secret=TENCENT, receipt_after=timedelta(0)),
        wecom=WecomSettings(secret=WECOM),
        smpp=SmppSettings(password=SMPP),
    )
    async with Simulators(simulated, clock) as phones:
        town = Bureau(folder, phones, clock)
        _write_settings(town, phones)
        phones.point_to(f"http://127.0.0.1:{town.port}/callbacks/{town.home.keys.callback_path}")
        for fault in EVENING:
            phones.faults.order(fault)
        try:
            await asyncio.to_thread(town.serve)
            response = await asyncio.to_thread(town.activate)
            async with asyncio.timeout(60):
                while not any(each.channel == "voice" for each in phones.ledger.all()):
                    await asyncio.sleep(0.1)
            await phones.reply("sms", phones.ledger.all()[0].address, "看不懂的话")
            said = [await asyncio.to_thread(_say, town, *words) for words in _commands(response)]
        finally:
            town.kill()
        tokens = phones.wecom.tokens.known()

    assert len(tokens) > 0
    secrets = [*FROM_THE_ENVIRONMENT.values(), *tokens]
    people = sample_duty(town.home.zone).people.values()
    numbers = {person.addresses["sms"] for person in people if "sms" in person.addresses}
    log = (folder / "serve.log").read_text("utf-8", "replace")
    assert _found_in(folder, secrets) == []
    assert [one for one in said if any(secret in one for secret in secrets)] == []
    assert [number for number in numbers if number in log or number in "".join(said)] == []
    assert town.home.keys.callback_path not in log + "".join(said)
    assert town.home.keys.api_token not in log + "".join(said)


def _write_settings(town: Bureau, phones: Simulators) -> None:
    """No secret stands in the settings: they name the environment."""
    urls = {
        "sms": [phones.sms_url, phones.tencent_url, phones.smpp_url],
        "wechat": [phones.wechat_url],
        "voice": [phones.voice_url],
    }
    lines = [f"{kind} = [{', '.join(repr(each) for each in addresses)}]".replace("'", '"') for kind, addresses in urls.items()]
    text = "\n".join([f"[server]\nport = {town.port}", "[channels]", *lines])
    for name, value in FROM_THE_ENVIRONMENT.items():
        text = text.replace(value, f"${{{name}}}")
    town.home.folder.settings.write_text(text, "utf-8")


def _commands(response: str) -> list[tuple[str, ...]]:
    return [
        ("notify", "channels"),
        ("notify", "channels", "--json"),
        ("notify", "doctor"),
        ("notify", "deliveries"),
        ("notify", "deliveries", "--json"),
        ("notify", "test", "--to", "linxiaomei", "--seconds", "1"),
        ("reply", "list"),
        ("response", "show", response),
    ]


def _say(town: Bureau, *words: str) -> str:
    environment = {**os.environ, "TOCSIN_HOME": str(town.home.folder.path)}
    command = [sys.executable, "-m", "service", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def _found_in(folder: Path, secrets: list[str]) -> list[str]:
    contents = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    each = ((name, content, secret) for name, content in contents.items() for secret in secrets)
    return [f"{name}: {secret[:10]}…" for name, content, secret in each if secret.encode() in content]
