"""A preview is what the engine would send: the same call, the same renderer, the same words on each gateway."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.errors import UnknownNameError
from notifications import outbox
from notifications.rendering import Renderer
from service.desk.duty import Activation, Desk
from service.notify.deliveries import Wanted, deliveries_view
from service.notify.preview import preview_view
from service.notify.steps import STEPS, Asked, call_of
from service.wiring import Home
from tests.service.field_bureau import START
from tests.service.notify_bureau import bureau_with


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return bureau_with(tmp_path)


def shown(home: Home, task: str = "levee_patrol", **asked: Any) -> dict[str, Any]:
    view = preview_view(home, Asked(**{"plan": "flood", "task": task, "to": "chenzhiyuan"} | asked))
    return json.loads(json.dumps(view))  # as a script gets it


def gateway(view: dict[str, Any], channel: str, name: str) -> dict[str, Any]:
    (delivery,) = [each for each in view["deliveries"] if each["channel"] == channel]
    (found,) = [each for each in delivery["gateways"] if each["name"] == name]
    return found


def test_the_words_are_those_that_the_engine_then_queues(home: Home) -> None:
    before = {each["channel"]: each for each in shown(home, "verify")["deliveries"]}

    asked = Activation(
        plan="flood",
        level="IV",
        facts={"flow": 2600},
        incident="（险情名称）",
        place="（地点）",
        by="chenzhiyuan",
        approved_by="zhengguoqiang",
    )
    response = Desk(home).activate(asked, "test").response
    with home.database.read() as connection:
        queued = [each for each in outbox.deliveries(connection, response) if each.assignment == "verify.1"]
    after = [Renderer(home.template, lambda view: before[view.channel]["link"])(each).outgoing for each in queued]

    assert after
    assert [(each.title, each.text, each.short) for each in after] == [
        (before[each.channel]["title"], before[each.channel]["text"], before[each.channel]["short"]) for each in queued
    ]


def test_each_sms_gateway_shows_its_template_its_variables_and_the_segments_with_the_signature(home: Home) -> None:
    view = shown(home)

    aliyun, tencent, smpp = (gateway(view, "sms", name) for name in ("aliyunsms", "tencentsms", "smppline"))
    assert (aliyun["template"], aliyun["variables"]) == ("SMS_1", {"task": "巡堤查险", "code": "01"})
    assert (tencent["template"], tencent["variables"]) == ("11", {"task": "巡堤查险", "code": "01"})
    assert smpp["text"].startswith("【警钟】防汛应急预案")
    assert smpp["segments"] == {"encoding": "ucs2", "units": len(smpp["text"]), "count": 1}


def test_a_text_that_only_the_signature_makes_too_long_counts_two_segments(tmp_path: Path) -> None:
    long_name = "警钟应急指挥信息平台值班通知专用签名"
    short, long = (
        gateway(shown(bureau_with(tmp_path / name, f'[channels]\nsms = "{url}"')), "sms", "smppline")
        for name, url in (("a", "smppline://a:b@h/1?sign=警钟"), ("b", f"smppline://a:b@h/1?sign={long_name * 2}"))
        if (tmp_path / name).mkdir() is None
    )

    assert (short["segments"]["count"], long["segments"]["count"]) == (1, 2)


def test_the_card_of_wecom_is_text_with_its_buttons(home: Home) -> None:
    card = gateway(shown(home), "wechat", "wecomapp")

    assert card["form"] == "card"
    assert "[收到] [不能到]" in card["text"].split("\n")


def test_a_drill_carries_its_mark_and_an_sms_without_a_template_for_drills_is_said_to_stay_here(home: Home) -> None:
    view = shown(home, is_drill=True)

    assert all(each["text"].startswith("【演练】") and each["text"].endswith("【演练】") for each in view["deliveries"])
    assert gateway(view, "sms", "aliyunsms")["template"] == "SMS_2"
    assert "no template is approved for drill messages" in gateway(view, "sms", "tencentsms")["refused"]


def test_the_language_can_be_another_than_the_persons(home: Home) -> None:
    assert "Levee patrol" in shown(home, language="en")["deliveries"][0]["text"]
    assert "巡堤查险" in shown(home)["deliveries"][0]["text"]


def test_a_person_without_an_address_and_a_kind_that_the_step_does_not_use_are_said(tmp_path: Path) -> None:
    poor = bureau_with(tmp_path, without=("sms", "wechat", "voice", "email"))
    (tmp_path / "rich").mkdir()

    nothing = [each["en"] for each in shown(poor)["notes"]]
    unused = [each["en"] for each in shown(bureau_with(tmp_path / "rich"), channel="email")["notes"]]

    assert nothing[0] == "陈志远 has no address for wechat; add one to the directory"
    assert nothing[-1] == "陈志远 would receive nothing"
    assert unused == ["this step does not use email (only wechat, sms)"]


def test_whoever_takes_no_part_in_drills_is_said_not_to_be_called(home: Home) -> None:
    outsider = next(person.id for person in home.duty().people.values() if not person.exercises)

    assert "takes no part in drills" in shown(home, to=outsider, is_drill=True)["notes"][0]["en"]


@pytest.mark.parametrize("step", STEPS)
def test_every_step_that_the_tasks_of_a_shipped_plan_have_makes_a_call(home: Home, step: str) -> None:
    plan, called = home.plans.named("flood"), []
    for task in plan.tasks:
        try:
            asked = Asked(plan=plan.name, task=task, to="chenzhiyuan", step=step)
            called.append(call_of(plan, home.duty(), home.zone, START, asked).template)
        except UnknownNameError:
            continue  # the task has no such step

    assert called
    assert set(called) <= plan.messages.keys()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"task": "levee_patrl"}, "there is no task 'levee_patrl'; did you mean 'levee_patrol'?"),
        ({"to": "chenzhiyan"}, "there is no person 'chenzhiyan'; did you mean 'chenzhiyuan'?"),
        ({"step": "escalaton"}, "there is no step 'escalaton'; did you mean 'escalation'?"),
        ({"channel": "wechta"}, "there is no channel 'wechta'; did you mean 'wechat'?"),
        ({"step": "signal"}, "plan 'flood' has no signal 'levee_patrol'"),
    ],
)
def test_a_name_that_is_none_is_answered_with_the_nearest(home: Home, asked: dict[str, str], said: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        shown(home, **asked)

    assert str(refused.value).startswith(said)


def test_a_preview_keeps_nothing(home: Home) -> None:
    shown(home)

    assert deliveries_view(home, Wanted()) == []
