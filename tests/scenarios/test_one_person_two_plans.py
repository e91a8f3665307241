"""A person whom two responses call for a task of one name: one list of numbers, and each answer goes to the one it is for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications import outbox, replies
from notifications.message import Reply
from notifications.replies import Heard, NeedsDesk, Understood
from tests.service.cascade_bureau import CascadeBureau, city_and_county
from tests.service.field_bureau import OFFICER

PHONE = "19900000001"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[CascadeBureau]:
    bureau = city_and_county(tmp_path)
    yield bureau
    bureau.home.database.close()


def says(bureau: CascadeBureau, text: str) -> Heard:
    now = bureau.clock.now()
    with bureau.home.database.write() as connection:
        return replies.receive(connection, Reply("sms", f"u-{text}", PHONE, text, now), now)


def test_each_code_answers_the_response_it_is_for(bureau: CascadeBureau) -> None:
    first, second = says(bureau, "1 01").meaning, says(bureau, "2 02 堵车").meaning

    assert isinstance(first, Understood)
    assert isinstance(second, Understood)
    assert (first.answer.response, second.answer.response) == (bureau.response, bureau.county)
    assert {first.answer.person, second.answer.person} == {OFFICER}


def test_a_bare_1_answers_neither_and_is_told_which_number_is_which(bureau: CascadeBureau) -> None:
    heard = says(bureau, "1")

    assert heard.meaning == NeedsDesk("no code, and 2 are open")
    with bureau.home.database.read() as connection:
        back = [each for each in outbox.deliveries(connection, bureau.response) if each.template == "answer"]
    assert [each.parameters["task"] for each in back] == ["01 宝鸡市防汛应急预案；02 眉县防汛应急预案"]
