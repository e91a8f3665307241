"""Which approved template a message goes out with."""

from collections.abc import Callable

import pytest

from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import no_template, read_templates
from notifications.channels.text_limits import cut_characters
from notifications.message import Channel, Outgoing
from notifications.simulators.simulators import Simulators
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


@pytest.mark.parametrize("kind", ["notice", "proposal", "end"])
def test_news_never_goes_out_by_a_shared_template_that_drops_its_reason(message: Make, kind: str) -> None:
    news = message(template=kind, answerable=False)
    dropping = {"default": "SMS_1:task,code", "notice": "SMS_3:plan,level,task"}

    assert _code(news, dropping) is None
    assert _code(news, dropping | {"notice": "SMS_3:plan,reason"}) == "SMS_3"
    assert _code(news, dropping | {"notice": "SMS_3:text"}) == "SMS_3"
    assert "with the variable 'reason'" in no_template(news).detail


def test_a_proposal_by_its_own_template_may_say_the_reason_in_fixed_words(message: Make) -> None:
    assert _code(message(template="proposal", answerable=False), {"proposal": "SMS_4:plan,level"}) == "SMS_4"


def test_a_withdrawal_never_goes_out_in_words_that_read_like_an_order(message: Make) -> None:
    withdrawn = message(template="withdrawn", answerable=False)

    assert _code(withdrawn) is None
    assert _code(withdrawn, OPTIONS | {"withdrawn": "SMS_4:task"}) == "SMS_4"


def test_a_signal_that_asks_for_no_answer_names_no_code_to_answer_with(message: Make) -> None:
    options = OPTIONS | {"signal": "SMS_4:task,code", "order": "SMS_5:task"}

    assert _code(message(template="signal"), options) == "SMS_4"
    assert _code(message(template="signal", answerable=False), options) == "SMS_5"


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


SAID = {
    "proposal": "防汛：建议Ⅲ级响应，待批准。满足条件：流量2100。",
    "end": "防汛：建议终止Ⅲ级响应，待批准。满足条件：流量2100。",
    "notice": "防汛：满足条件：流量2100。",
    "withdrawn": "防汛：任务已撤销，无需继续：巡堤查险。原因：满足条件：流量2100。",
    "signal": "巡堤查险！立即执行。满足条件：流量2100。",
}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", SAID)
async def test_the_simulated_phones_read_what_has_happened_and_why(
    kind: str, simulators: Simulators, channels: dict[str, Channel], message: Make
) -> None:
    variables = {"plan": "防汛", "level": "Ⅲ", "task": "巡堤查险", "reason": "满足条件：流量2100"}
    news = message(template=kind, answerable=False, code="", variables=variables)

    for channel in ("sms", "tencent"):
        await channels[channel].deliver(news)

    assert [each.text.rpartition("】")[2] for each in simulators.ledger.all()] == [_cut(SAID[kind], 35), _cut(SAID[kind], 12)]


def _cut(said: str, longest: int) -> str:
    """Tencent's variables are shorter, and say that something is missing."""
    reason = "满足条件：流量2100"
    return said.replace(reason, cut_characters(reason, longest))
