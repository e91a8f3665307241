"""What a call says of the person it goes to."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.testing.night import Night, minutes, small_duty, small_plan, task
from plans.model import Role, Text
from resources.model import Duty

pytestmark = pytest.mark.usefixtures("each_database")


def night_of(folder: Path, language: str) -> Night:
    plan = small_plan([task("patrol", "patrol")])
    titles = {"patrol": Text("巡查队", "Patrol team"), "duty_leader": Text("带班领导", "Leader on duty")}
    duty = small_duty()
    people = {name: replace(person, language=language) for name, person in duty.people.items()}
    plan = replace(plan, roles={**plan.roles, **{name: Role(name, title) for name, title in titles.items()}})
    return Night(folder, plan, Duty(people, duty.shifts))


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("zh", {"wang": "巡查队", "li": "巡查队代理人", "qian": "带班领导"}),
        ("en", {"wang": "Patrol team", "li": "deputy for Patrol team", "qian": "Leader on duty"}),
    ],
)
def test_everybody_is_addressed_by_a_title_in_their_language(tmp_path: Path, language: str, titles: dict[str, str]) -> None:
    night = night_of(tmp_path, language)
    night.activate()
    night.forward(minutes(9))

    assert {each.person: each.parameters["role"] for each in night.messages} == titles
    night.database.close()


@pytest.mark.parametrize(
    ("addresses", "told_by"),
    [({}, {"wechat", "sms"}), ({"wechat": "", "sms": ""}, {"voice"})],
    ids=["has other ways", "can only be phoned"],
)
def test_nobody_is_phoned_to_read_something_unless_there_is_no_other_way(
    tmp_path: Path, addresses: dict[str, str], told_by: set[str]
) -> None:
    duty = small_duty()
    wang = duty.people["wang"]
    poorer = replace(wang, addresses={**wang.addresses, **addresses})
    night = Night(tmp_path, small_plan([task("patrol", "patrol")]), Duty({**duty.people, "wang": poorer}, duty.shifts))
    night.activate()

    night.reassign("patrol.1", "wu")

    released = [each for each in night.messages if each.template == "withdrawn" and each.person == "wang"]
    assert {each.channel for each in released} == told_by
    night.database.close()
