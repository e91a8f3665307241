"""The simulated Alibaba Cloud SMS keeps the provider's rules, reports what became of a message, and passes answers on."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession
from yarl import URL

from notifications.callbacks.aliyun import receipts, replies
from notifications.channels import acs3
from notifications.message import ReceiptState
from notifications.simulators.aliyun_rules import Refusal, Sending, check
from notifications.simulators.faults import Fault
from notifications.simulators.settings import CALL_TEMPLATE, AliyunSettings
from notifications.simulators.simulators import Simulators
from store.clock import RealClock, new_token

from .conftest import Sink

pytestmark = pytest.mark.anyio
VALUES = {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤查险", "code": "07", "answer_code": "1 07"}
FIELDS = {
    "PhoneNumbers": "13800000001",
    "SignName": "警钟平台",
    "TemplateCode": CALL_TEMPLATE,
    "TemplateParam": json.dumps(VALUES),
    "OutId": "d-0001",
}


async def _ask(
    browser: ClientSession, simulators: Simulators, query: Mapping[str, str], **signing: object
) -> tuple[int, dict[str, str]]:
    host = f"127.0.0.1:{simulators.sms_port}"
    account = simulators.settings.aliyun
    now, nonce = signing.get("now", RealClock().now()), signing.get("nonce", new_token())
    assert isinstance(now, datetime)
    headers = acs3.signed_headers(account.key, account.secret, host, "SendSms", query, now, str(nonce))
    url = URL(f"http://{host}/?{acs3.canonical_query(query)}", encoded=True)
    async with browser.post(url, headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PhoneNumbers": "12345678901"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"PhoneNumbers": ",".join(["13800000001"] * 1001)}, "isv.MOBILE_COUNT_OVER_LIMIT"),
        ({"SignName": "【警钟平台】"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TemplateCode": "SMS_0"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"TemplateParam": "{"}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": json.dumps(VALUES | {"code": 7})}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": json.dumps({"plan": "防汛"})}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"TemplateParam": json.dumps(VALUES | {"task": "长" * 36})}, "isv.PARAM_LENGTH_LIMIT"),
        ({"TemplateParam": json.dumps(VALUES | {"task": "https://example.com"})}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"TemplateParam": json.dumps(VALUES | {"task": "【急】"})}, "isv.SMS_CONTENT_ILLEGAL"),
        ({"OutId": "d" * 256}, "isv.INVALID_PARAMETERS"),
    ],
)
async def test_a_message_against_the_rules_is_refused_with_the_providers_code(change: dict[str, str], code: str) -> None:
    refusal = check(FIELDS | change, AliyunSettings())

    assert isinstance(refusal, Refusal)
    assert refusal.code == code


@pytest.mark.parametrize("number", ["13800000001", "+8613800000001", "008613800000001", "8613800000001"])
async def test_a_number_may_bear_the_countrys_code(number: str) -> None:
    sending = check(FIELDS | {"PhoneNumbers": number}, AliyunSettings())

    assert isinstance(sending, Sending)
    assert sending.numbers == ("13800000001",)


async def test_a_request_that_is_played_again_is_refused(browser: ClientSession, simulators: Simulators) -> None:
    first = await _ask(browser, simulators, FIELDS, nonce="once")
    again = await _ask(browser, simulators, FIELDS, nonce="once")

    assert (first[1]["Code"], again[1]["Code"]) == ("OK", "SignatureNonceUsed")
    assert len(simulators.ledger.all()) == 1


@pytest.mark.parametrize("minutes", [-16, 16])
async def test_a_request_of_another_time_is_refused(minutes: int, browser: ClientSession, simulators: Simulators) -> None:
    status, answer = await _ask(browser, simulators, FIELDS, now=RealClock().now() + timedelta(minutes=minutes))

    assert (status, answer["Code"]) == (400, "InvalidTimeStamp.Expired")


async def test_a_request_that_was_changed_on_the_way_is_refused(browser: ClientSession, simulators: Simulators) -> None:
    host = f"127.0.0.1:{simulators.sms_port}"
    account = simulators.settings.aliyun
    headers = acs3.signed_headers(account.key, account.secret, host, "SendSms", FIELDS, RealClock().now(), new_token())
    changed = acs3.canonical_query(FIELDS | {"PhoneNumbers": "13900000009"})

    async with browser.post(URL(f"http://{host}/?{changed}", encoded=True), headers=headers) as response:
        assert (await response.json())["Code"] == "SignatureDoesNotMatch"


async def test_a_request_without_a_signature_is_refused(browser: ClientSession, simulators: Simulators) -> None:
    async with browser.post(f"http://127.0.0.1:{simulators.sms_port}/", params=FIELDS) as response:
        assert response.status == 400


async def test_above_the_days_limit_a_number_gets_no_more(browser: ClientSession, simulators: Simulators) -> None:
    codes = [(await _ask(browser, simulators, FIELDS))[1]["Code"] for _ in range(4)]

    assert codes == ["OK", "OK", "OK", "isv.BUSINESS_LIMIT_CONTROL"]


async def test_a_receipt_is_pushed_with_our_reference(browser: ClientSession, simulators: Simulators, sink: Sink) -> None:
    await _ask(browser, simulators, FIELDS)
    await simulators.settle()

    ((path, _, body),) = sink.calls
    (receipt,) = receipts(body)
    assert (path, receipt.delivery, receipt.state) == ("/secret/sms/reports", "d-0001", ReceiptState.DELIVERED)


async def test_a_failure_at_the_carrier_is_reported(browser: ClientSession, simulators: Simulators, sink: Sink) -> None:
    simulators.faults.order(Fault("sms", receipt="failed", times=1))

    await _ask(browser, simulators, FIELDS)
    await simulators.settle()

    (receipt,) = receipts(sink.calls[0][2])
    assert receipt.state is ReceiptState.FAILED


async def test_a_push_that_is_not_taken_is_tried_again(browser: ClientSession, simulators: Simulators, sink: Sink) -> None:
    sink.status = 500

    await _ask(browser, simulators, FIELDS)
    await simulators.settle()

    assert len(sink.calls) == 2


async def test_an_answer_by_sms_is_passed_on(simulators: Simulators, sink: Sink) -> None:
    assert await simulators.reply("sms", "13800000001", "1 07")

    ((path, _, body),) = sink.calls
    (reply,) = replies(body)
    assert (path, reply.address, reply.text) == ("/secret/sms/replies", "13800000001", "1 07")
    assert reply.at.astimezone(UTC) <= RealClock().now()
