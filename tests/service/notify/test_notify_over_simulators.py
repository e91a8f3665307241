"""`tocsin notify` against the simulated providers, over real HTTP and SMPP: as the command line does it, with its exit codes."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from notifications.simulators.settings import SimulatorSettings
from notifications.simulators.simulators import Simulators
from resources import tables as roster
from resources.samples import sample_duty
from service.folder import Folder
from service.serving.children import free_port
from service.serving.simulators import settings_for
from service.wiring import Home
from store.clock import RealClock
from tests.chaos.bureau import Bureau, clock_at

pytestmark = pytest.mark.slow


KINDS = ("wechat", "sms", "voice")


def test_channels_preview_test_and_doctor_against_the_simulated_providers(tmp_path: Path) -> None:
    asyncio.run(all_commands(tmp_path))


async def all_commands(folder: Path) -> None:
    async with Simulators(SimulatorSettings()) as phones:
        home = bureau(folder, settings_for(phones))

        channels = await notify(home, "channels", "--json")
        preview = await notify(home, "preview", "flood", "levee_patrol", "--to", "chenzhiyuan", "--json")
        tried = await notify(home, "test", "--to", "chenzhiyuan", "--json")
        through_each = [
            await notify(home, "test", "--to", "chenzhiyuan", "--gateway", name, "--json")
            for name in ("aliyunsms", "tencentsms", "smppline", "tencentvoice")
        ]
        doctor = await notify(home, "doctor", "--json")

        wrong = (
            home.folder.settings.read_text("utf-8").replace("simulated-secret", "another-secret").replace("simulate@", "wrong@")
        )
        home.folder.settings.write_text(wrong, "utf-8")
        sick = await notify(home, "doctor", "--json")
        refused = await notify(home, "test", "--to", "chenzhiyuan", "--channel", "wechat", "--seconds", "1", "--json")

    assert [each["name"] for each in channels.json[0]["gateways"]] == ["aliyunsms", "tencentsms", "smppline"]
    assert [each["name"] for each in preview.json["deliveries"][1]["gateways"]] == ["aliyunsms", "tencentsms", "smppline"]
    assert not [said for said in (channels.out, doctor.out, sick.out, sick.errors) if "-secret" in said]

    assert (tried.code, {row["channel"]: row["state"] for row in tried.json}) == (0, dict.fromkeys(KINDS, "accepted"))
    assert all(row["provider_id"] for row in tried.json)
    # a phone is not called twice within a minute, whoever calls it
    assert [each.code for each in through_each] == [0, 0, 0, 1]
    assert through_each[3].json[0]["provider_code"] == "LimitExceeded.DeliveryFrequencyLimit"
    texts = [each.text for each in phones.ledger.all()]
    assert len(texts) == 6
    assert all("测试" in text and "没有险情" in text and "收到请回复" not in text for text in texts)

    assert doctor.code == 0
    assert verdicts(doctor) == {
        "sms aliyunsms": "unproven",
        "sms tencentsms": "unproven",
        "sms smppline": "good",
        "wechat wecomapp": "good",
        "voice aliyunvoice": "unproven",
        "voice tencentvoice": "unproven",
    }

    assert sick.code == 1
    found = verdicts(sick)
    assert [found[name] for name in ("sms aliyunsms", "sms smppline", "wechat wecomapp")] == ["fault", "fault", "fault"]
    (wecom,) = [each for each in sick.json if each["about"] == "wechat wecomapp"]
    assert "40001" in wecom["what"]["en"]
    assert "check its account, its secret" in wecom["remedy"]["en"]

    (row,) = refused.json
    assert (refused.code, row["state"], row["provider_code"]) == (1, "withdrawn", "40001")


def test_beside_the_running_service_a_test_goes_through_its_outbox(tmp_path: Path) -> None:
    asyncio.run(beside_the_service(tmp_path))


async def beside_the_service(folder: Path) -> None:
    clock = clock_at(1)
    async with Simulators(SimulatorSettings(), clock) as phones:
        town = Bureau(folder, phones, clock)
        try:
            await asyncio.to_thread(town.serve)
            tried = await notify(town.home, "test", "--to", "linxiaomei", "--lang", "en", "--json")
            listed = await notify(town.home, "deliveries", "--person", "linxiaomei", "--json")
            doctor = await notify(town.home, "doctor", "--json")
        finally:
            town.kill()

    assert (tried.code, {row["state"] for row in tried.json} <= {"accepted", "sent", "delivered"}) == (0, True), town.log
    assert {row["id"] for row in listed.json} == {row["id"] for row in tried.json}
    assert all(row["response"].startswith("TEST-") for row in listed.json)
    assert [each.text.startswith("TEST") or "TEST" in each.text for each in phones.ledger.all()] == [True, True]
    (service,) = [each for each in doctor.json if each["about"] == "service"]
    assert service["verdict"] == "good"


class Said:
    def __init__(self, code: int, out: str, errors: str) -> None:
        self.code, self.out, self.errors = code, out, errors

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def notify(home: Home, *words: str) -> Said:
    environment = {**os.environ, "TOCSIN_HOME": str(home.folder.path)}
    command = [sys.executable, "-m", "service", "notify", *words]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return Said(done.returncode, done.stdout, done.stderr)


def verdicts(doctor: Said) -> dict[str, str]:
    """Of the gateways."""
    gateways = ("sms", "line", "app", "voice")
    return {each["about"]: each["verdict"] for each in doctor.json if each["about"].partition(" ")[2].endswith(gateways)}


def bureau(folder: Path, channels: str) -> Home:
    home = Home(Folder(folder), RealClock())
    home.folder.settings.write_text(f"{channels}\n[server]\nport = {free_port()}\n", "utf-8")
    with home.database.write() as connection:
        roster.replace(connection, sample_duty(home.zone), home.clock.now())
    return home
