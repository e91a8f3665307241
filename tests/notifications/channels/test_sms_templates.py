"""Which approved template a message goes out with."""

from collections.abc import Callable

import pytest

from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import read_templates
from notifications.message import Outgoing
from store.kinds import Kind

Make = Callable[..., Outgoing]
OPTIONS = {"default": "SMS_1:task,code", "call": "SMS_2:task,nothing", "notice": "SMS_3", "drill.default": "SMS_9:task"}


def _code(message: Outgoing, options: dict[str, str] = OPTIONS) -> str | None:
    chosen = read_templates("sms", options).choose(message)
    return chosen.code if chosen else None


def test_a_message_with_a_template_of_its_own_uses_it(message: Make) -> None:
    assert _code(message(template="call")) == "SMS_2"


def test_a_message_without_one_uses_the_default(message: Make) -> None:
    assert _code(message(template="other")) == "SMS_1"


def test_a_message_that_asks_for_no_answer_uses_the_notice(message: Make) -> None:
    assert _code(message(template="other", answerable=False)) == "SMS_3"


def test_what_is_said_back_to_an_answer_never_goes_out_in_the_words_of_a_call(message: Make) -> None:
    back = message(template="answer", answerable=False)

    assert _code(back) is None
    assert _code(back, OPTIONS | {"answer": "SMS_4:reason,task"}) == "SMS_4"


def test_a_drill_never_gets_a_real_template(message: Make) -> None:
    assert _code(message(kind=Kind.DRILL, template="call")) == "SMS_9"
    assert _code(message(kind=Kind.DRILL, template="call"), {"default": "SMS_1", "call": "SMS_2"}) is None


def test_a_real_message_never_gets_a_drill_template(message: Make) -> None:
    assert _code(message(), {"drill.default": "SMS_9"}) is None


def test_one_template_for_real_and_drill_is_refused() -> None:
    with pytest.raises(ChannelUrlError, match="SMS_1 would serve real responses and drills alike"):
        read_templates("sms", {"default": "SMS_1:task", "drill.call": "SMS_1:task"})


def test_no_template_at_all_is_refused() -> None:
    with pytest.raises(ChannelUrlError, match="no template is named"):
        read_templates("sms", {})


def test_a_variable_nobody_gave_is_a_dash_and_not_a_refusal(message: Make) -> None:
    chosen = read_templates("sms", OPTIONS).choose(message(template="call"))

    assert chosen is not None
    assert chosen.parameters(message()) == {"task": "巡堤查险", "nothing": "－"}


def test_a_template_that_names_no_variables_gets_all_but_the_link(message: Make) -> None:
    chosen = read_templates("sms", {"default": "SMS_1"}).choose(message())

    assert chosen is not None
    assert "link" not in chosen.parameters(message())
    assert chosen.parameters(message())["title"] == "防汛 Ⅲ级"
