"""What the doctor finds without asking a provider: settings, people without an address, what waits, receipts that do not come."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from flows.running.calls import recipient
from notifications import outbox
from notifications.message import Call, Priority
from notifications.tables import message_table
from resources.model import Duty
from service.notify.backlog import backlog, callbacks
from service.notify.doctor import examined
from service.notify.findings import Finding, Verdict
from service.notify.gateways import channels_view, configured
from service.notify.probes import probed
from service.notify.reach import unreachable
from service.notify.trial import NoAddressError, Trial, has_arrived, send_trial
from service.wiring import Home
from store.clock import MovableClock
from store.kinds import Kind
from tests.service.field_bureau import START, FieldBureau
from tests.service.notify_bureau import GATEWAYS, SECRET, bureau_with

VOICE = 'voice = "aliyunvoice://K:S@dyvmsapi.aliyuncs.com/05710000?default=TTS_1:task"\n'


def about(findings: list[Finding], name: str) -> Finding:
    return next(each for each in findings if each.about == name)


def test_no_secret_of_any_gateway_is_shown(tmp_path: Path) -> None:
    said = str(channels_view(bureau_with(tmp_path)))

    assert "aliyunsms://LT***@dysmsapi.aliyuncs.com/警钟" in said
    assert SECRET[:8] not in said


def test_nor_is_one_in_the_address_of_a_webhook(tmp_path: Path) -> None:
    home = bureau_with(tmp_path, f'[channels]\nvoice = "jsons://bureau:{SECRET}@hooks.example/{SECRET}?x={SECRET}"\n')

    (voice,) = [each for each in channels_view(home) if (each["channel"], each["for"]) == ("voice", "real")]

    assert voice["gateways"][0]["address"] == "jsons://bu***@hooks.example/***"


def test_a_secret_that_the_environment_lacks_is_a_fault_of_its_channel_alone(tmp_path: Path) -> None:
    home = bureau_with(tmp_path, '[channels]\nsms = "aliyunsms://KEY:${NO_SUCH_SECRET}@h/S?default=SMS_1"\n')

    findings = examined(home)

    assert about(findings, "sms").verdict is Verdict.FAULT
    assert "the environment has no NO_SUCH_SECRET" in about(findings, "sms").what.en
    assert about(findings, "email").verdict is Verdict.WARNING


def test_settings_that_cannot_be_read_are_the_one_fault(tmp_path: Path) -> None:
    home = bureau_with(tmp_path)
    home.folder.settings.write_text("[channels\n", "utf-8")

    (finding,) = examined(Home(home.folder, home.clock))

    assert (finding.verdict, finding.about) == (Verdict.FAULT, "tocsin.toml")


def test_a_gateway_that_nobody_listens_for_is_a_fault_with_what_to_do(tmp_path: Path) -> None:
    home = bureau_with(
        tmp_path,
        """[channels]
sms = "tencentsms://AKID:key@127.0.0.1:9/1400000001/S?scheme=http&default=1"
wechat = "wecomapp://corp:secret@1/?host=127.0.0.1:9&scheme=http"
email = "smtp://127.0.0.1:9?from=a@b.example&security=none"
""",
    )

    found = asyncio.run(probed(home, [each for each in configured(home) if each.kind is Kind.REAL], is_served=False))

    assert [(each.about, each.verdict) for each in found] == [
        ("sms tencentsms", Verdict.FAULT),
        ("wechat wecomapp", Verdict.FAULT),
        ("email smtp", Verdict.FAULT),
    ]
    assert all(each.remedy and "check the host, the port" in each.remedy.en for each in found)


def test_whoever_a_rung_cannot_reach_is_a_fault_and_whoever_lacks_one_kind_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    nowhere = bureau_with(tmp_path, without=("sms", "wechat", "voice", "email"))
    no_phone = bureau_with(tmp_path / "a", without=("sms",))

    (lost,) = unreachable([nowhere.plans.named("flood")], nowhere.duty(), START)
    (poorer,) = unreachable([no_phone.plans.named("flood")], no_phone.duty(), START)

    assert (lost.about, lost.verdict) == ("陈志远 (chenzhiyuan)", Verdict.FAULT)
    assert (poorer.verdict, poorer.what.en) == (Verdict.WARNING, "has no address for sms")


def test_where_nobody_is_on_duty_nobody_is_said_to_be_reachable(tmp_path: Path) -> None:
    home = bureau_with(tmp_path)
    flood, duty = home.plans.named("flood"), home.duty()
    without_patrol = Duty(duty.people, tuple(each for each in duty.shifts if each.role != "levee_patrol"))

    (nobody,) = unreachable([flood], Duty({}, ()), START)
    (vacant,) = unreachable([flood], without_patrol, START)

    assert (nobody.verdict, nobody.about) == (Verdict.FAULT, "people")
    assert (vacant.verdict, vacant.what.en) == (Verdict.WARNING, "roles that nobody holds now (1): levee_patrol")


def test_what_waits_too_long_is_a_fault_that_says_what_the_gateway_last_said(tmp_path: Path) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    table = message_table(Kind.REAL)
    with bureau.home.database.write() as connection:
        connection.execute(table.update().where(table.c.channel == "sms").values(provider_code="tls", detail="not good enough"))

    now = list(backlog(bureau.home))
    bureau.clock.forward(timedelta(minutes=3))
    later = list(backlog(bureau.home))

    assert [each.verdict for each in now] == [Verdict.GOOD]
    assert about(later, "sms outbox").verdict is Verdict.FAULT
    assert "the oldest for 3 min" in about(later, "sms outbox").what.en
    assert "the gateway last said: tls not good enough" in about(later, "sms outbox").what.en


@pytest.mark.parametrize(("channel", "address"), [("sms", "/callbacks/KEY/sms/reports"), ("voice", "/callbacks/KEY/voice")])
def test_receipts_that_do_not_come_are_said_with_the_address_to_name(channel: str, address: str, tmp_path: Path) -> None:
    home, clock = bureau_with(tmp_path, GATEWAYS + VOICE), MovableClock(START)
    home.clock = clock
    call = Call(
        response="R-1",
        plan_digest="",
        assignment="a.1",
        step="s",
        epoch=1,
        recipient=recipient(home.duty().people["chenzhiyuan"]),
        channels=(channel,),
        template="call",
        parameters={},
        priority=Priority.OPERATION,
        at=START,
        expires=START + timedelta(hours=1),
    )
    table = message_table(Kind.REAL)
    with home.database.write() as connection:
        outbox.add(connection, [call], START)
        connection.execute(table.update().values(state="accepted", accepted_at=START, provider_id="biz-1", next_at=None))
    clock.forward(timedelta(minutes=11))

    found = {each.about: each for each in callbacks(home, [each for each in configured(home) if each.kind is Kind.REAL])}

    silent = found.pop(f"{channel} callbacks")
    assert (silent.verdict, {each.verdict for each in found.values()}) == (Verdict.WARNING, {Verdict.GOOD})
    assert silent.remedy
    assert address in silent.remedy.en
    assert home.keys.callback_path not in silent.remedy.en


def test_an_official_account_that_cannot_call_back_is_said(tmp_path: Path) -> None:
    settings = '[channels]\nwechat = "officialaccount://wx1:s3cret@127.0.0.1:9/?scheme=http&default=T1:thing1=task"\n'
    home = bureau_with(tmp_path, settings)

    (found,) = [each for each in examined(home) if each.about == "official account callbacks"]

    assert found.verdict is Verdict.WARNING
    assert found.remedy
    assert "/callbacks/KEY/official" in found.remedy.en


def test_a_test_that_is_only_written_to_a_file_has_not_arrived(tmp_path: Path) -> None:
    home = bureau_with(tmp_path, "[server]\nport = 9\n")

    (view,) = send_trial(home, Trial(to="chenzhiyuan", channel="sms"), lambda _: None)

    assert (view.state, has_arrived(view)) == ("accepted", False)
    assert "〔测试〕" in (home.folder.path / "sms.jsonl").read_text("utf-8")


def test_a_test_to_somebody_without_that_address_is_refused_with_what_they_have(tmp_path: Path) -> None:
    home = bureau_with(tmp_path, without=("email",))

    with pytest.raises(NoAddressError, match=r"陈志远 has no address for email \(only for"):
        send_trial(home, Trial(to="chenzhiyuan", channel="email"), lambda _: None)
