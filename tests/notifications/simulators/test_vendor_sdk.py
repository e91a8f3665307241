"""The vendor's own SDK talks to the simulated Alibaba Cloud: what it signs is accepted, what we answer is understood."""

import asyncio
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendBatchSmsRequest, SendSmsRequest
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

from notifications.callbacks.aliyun import receipts
from notifications.channels.aliyun_batch import REFERENCE, named
from notifications.simulators.faults import Fault
from notifications.simulators.settings import CALL_TEMPLATE
from notifications.simulators.simulators import Simulators
from tests.notifications.simulators.conftest import Sink

pytestmark = pytest.mark.anyio
VALUES = {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤 & 查险/+ ~*", "code": "07", "answer_code": "1 07"}


def _client(simulators: Simulators, secret: str = "", key: str = "") -> Any:
    account = simulators.settings.aliyun
    return Client(
        Config(
            access_key_id=key or account.key,
            access_key_secret=secret or account.secret,
            endpoint=f"127.0.0.1:{simulators.sms_port}",
            protocol="http",
            read_timeout=3000,
            connect_timeout=1000,
        )
    )


def _request(**changes: str) -> Any:
    usual = {
        "phone_numbers": "13800000001",
        "sign_name": "警钟平台",
        "template_code": CALL_TEMPLATE,
        "template_param": json.dumps(VALUES),
        "out_id": "d-0001",
    }
    return SendSmsRequest(**(usual | changes))


async def test_the_sdks_signature_is_accepted_and_the_message_arrives(simulators: Simulators) -> None:
    answer = await asyncio.to_thread(_client(simulators).send_sms, _request())

    (received,) = simulators.ledger.of("d-0001")
    assert answer.body.code == "OK"
    assert answer.body.biz_id == received.provider_id
    assert "巡堤 & 查险/+ ~*" in received.text


async def test_the_sdks_batch_arrives_on_every_phone_and_its_receipts_name_batch_and_number(
    simulators: Simulators, sink: Sink
) -> None:
    numbers = ["13800000001", "13800000002"]
    request = SendBatchSmsRequest(
        phone_number_json=json.dumps(numbers),
        sign_name_json=json.dumps(["警钟平台"] * 2),
        template_code=CALL_TEMPLATE,
        template_param_json=json.dumps([VALUES | {"task": "一"}, VALUES | {"task": "二"}]),
        out_id=REFERENCE,
    )

    answer = await asyncio.to_thread(_client(simulators).send_batch_sms, request)
    await simulators.settle()

    assert answer.body.code == "OK"
    assert [received.address for received in simulators.ledger.all()] == numbers
    told = {receipt.delivery for _, _, body in sink.calls for receipt in receipts(body)}
    assert told == {named(answer.body.biz_id, number) for number in numbers}


async def test_the_sdk_reads_why_a_batch_was_refused(simulators: Simulators) -> None:
    request = SendBatchSmsRequest(
        phone_number_json=json.dumps(["13800000001"]),
        sign_name_json=json.dumps(["警钟平台", "警钟平台"]),
        template_code=CALL_TEMPLATE,
        template_param_json=json.dumps([VALUES]),
    )

    answer = await asyncio.to_thread(_client(simulators).send_batch_sms, request)

    assert answer.body.code == "isv.INVALID_JSON_PARAM"
    assert simulators.ledger.all() == ()


@pytest.mark.parametrize("wrong", [{"secret": "wrong"}, {"key": "LTAI-unknown"}])
async def test_the_sdk_with_a_wrong_account_is_refused(wrong: dict[str, str], simulators: Simulators) -> None:
    with pytest.raises(TeaException) as caught:
        await asyncio.to_thread(_client(simulators, **wrong).send_sms, _request())

    assert caught.value.code in ("SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound")
    assert simulators.ledger.all() == ()


async def test_the_sdk_reads_a_business_refusal_from_the_body(simulators: Simulators) -> None:
    simulators.faults.order(Fault("sms", code="isv.BUSINESS_LIMIT_CONTROL"))

    answer = await asyncio.to_thread(_client(simulators).send_sms, _request())

    assert (answer.status_code, answer.body.code) == (200, "isv.BUSINESS_LIMIT_CONTROL")


async def test_the_sdk_finds_a_message_by_number_and_day(simulators: Simulators) -> None:
    await asyncio.to_thread(_client(simulators).send_sms, _request())
    await simulators.settle()
    (received,) = simulators.ledger.all()
    day = received.at.astimezone(ZoneInfo("Asia/Shanghai"))

    answer = await asyncio.to_thread(_client(simulators).query_send_details, _query(day))

    (detail,) = answer.body.sms_send_detail_dtos.sms_send_detail_dto
    assert (detail.out_id, detail.send_status, detail.phone_num) == ("d-0001", 3, "13800000001")


def _query(day: datetime) -> Any:
    return QuerySendDetailsRequest(phone_number="13800000001", send_date=day.strftime("%Y%m%d"), page_size=10, current_page=1)
