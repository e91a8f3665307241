"""Tencent's own SDK talks to the simulated Tencent Cloud: what it signs is accepted, what we answer is understood."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from notifications.callbacks.tencent import receipts, replies
from notifications.message import ReceiptState
from notifications.simulators.faults import Fault
from notifications.simulators.settings import TENCENT_CALL
from notifications.simulators.simulators import Simulators
from store.clock import RealClock

from .conftest import Sink

pytestmark = pytest.mark.anyio
NUMBERS = ["+8613800000001", "13800000002", "+8612345"]


def _client(simulators: Simulators, secret: str = "", identifier: str = "") -> SmsClient:
    account = simulators.settings.tencent
    endpoint = HttpProfile(protocol="http", endpoint=f"127.0.0.1:{simulators.tencent_port}", reqTimeout=5)
    credential = Credential(identifier or account.identifier, secret or account.secret)
    return SmsClient(credential, "ap-guangzhou", ClientProfile(httpProfile=endpoint))


def _request(simulators: Simulators, numbers: list[str], **changes: object) -> SendSmsRequest:
    account = simulators.settings.tencent
    request = SendSmsRequest()
    request.PhoneNumberSet = numbers
    request.SmsSdkAppId, request.SignName = account.application, account.sign_name
    request.TemplateId = TENCENT_CALL
    request.TemplateParamSet = ["防汛", "Ⅲ级", "巡堤 & 查险/+~*", "1 07", "07"]
    request.SessionContext = "d-0001"
    for name, value in changes.items():
        setattr(request, name, value)
    return request


async def _send(simulators: Simulators, request: SendSmsRequest) -> Any:
    return await asyncio.to_thread(_client(simulators).SendSms, request)


async def test_the_sdk_sends_and_reads_the_status_of_each_number(simulators: Simulators) -> None:
    answer = await _send(simulators, _request(simulators, NUMBERS))

    codes = [status.Code for status in answer.SendStatusSet]
    assert codes == ["Ok", "Ok", "InvalidParameterValue.IncorrectPhoneNumber"]
    assert [one.address for one in simulators.ledger.of("d-0001")] == ["13800000001", "13800000002"]
    assert [one.provider_id for one in simulators.ledger.all()] == [status.SerialNo for status in answer.SendStatusSet[:2]]


@pytest.mark.parametrize("wrong", [{"secret": "wrong"}, {"identifier": "AKID-unknown"}])
async def test_the_sdk_with_a_wrong_account_is_refused(wrong: dict[str, str], simulators: Simulators) -> None:
    client = _client(simulators, **wrong)

    with pytest.raises(TencentCloudSDKException) as caught:
        await asyncio.to_thread(client.SendSms, _request(simulators, ["+8613800000001"]))

    assert caught.value.get_code() in ("AuthFailure.SignatureFailure", "AuthFailure.SecretIdNotFound")
    assert simulators.ledger.all() == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PhoneNumberSet": ["+8613800000001"] * 201}, "LimitExceeded.PhoneNumberCountLimit"),
        ({"PhoneNumberSet": []}, "MissingParameter.EmptyPhoneNumberSet"),
        ({"SmsSdkAppId": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({"SignName": "别人"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"TemplateParamSet": ["防汛"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["长" * 13, "", "", "", ""]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["www.a.cn", "", "", "", ""]}, "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
        ({"TemplateParamSet": ["【急】", "", "", "", ""]}, "FailedOperation.ContainSensitiveWord"),
        ({"SessionContext": "d" * 512}, "InvalidParameter"),
    ],
)
async def test_the_sdk_hears_the_documented_code_of_a_call_against_the_rules(
    change: dict[str, object], code: str, simulators: Simulators
) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        await _send(simulators, _request(simulators, ["+8613800000001"], **change))

    assert caught.value.get_code() == code


async def test_the_same_content_within_30_seconds_and_too_many_a_day_are_refused(simulators: Simulators) -> None:
    codes = []
    for words in ("一", "一", "二", "三", "四"):
        request = _request(simulators, ["+8613800000001"], TemplateParamSet=[words, "", "", "", ""])
        codes.append((await _send(simulators, request)).SendStatusSet[0].Code)

    assert codes == ["Ok", "LimitExceeded.PhoneNumberThirtySecondLimit", "Ok", "Ok", "LimitExceeded.PhoneNumberDailyLimit"]


async def test_the_sdk_pulls_what_the_carrier_reported(simulators: Simulators) -> None:
    await _send(simulators, _request(simulators, ["+8613800000001"]))
    await simulators.settle()
    now = RealClock().now()
    question = PullSmsSendStatusByPhoneNumberRequest()
    question.PhoneNumber, question.SmsSdkAppId = "+8613800000001", simulators.settings.tencent.application
    question.BeginTime, question.EndTime = int((now - timedelta(minutes=1)).timestamp()), int(now.timestamp()) + 1
    question.Offset, question.Limit = 0, 10

    answer = await asyncio.to_thread(_client(simulators).PullSmsSendStatusByPhoneNumber, question)

    (report,) = answer.PullSmsSendStatusSet
    assert (report.ReportStatus, report.SessionContext, report.SubscriberNumber) == ("SUCCESS", "d-0001", "13800000001")


@pytest.mark.parametrize(("order", "state"), [("", ReceiptState.DELIVERED), ("failed", ReceiptState.FAILED)])
async def test_a_report_is_pushed_with_the_serial_number_of_the_acceptance(
    order: str, state: ReceiptState, simulators: Simulators, sink: Sink
) -> None:
    simulators.faults.order(Fault("tencent", receipt=order))  # type: ignore[arg-type]  # one of its words
    answer = await _send(simulators, _request(simulators, ["+8613800000001"]))
    await simulators.settle()

    ((path, _, body),) = sink.calls
    (receipt,) = receipts(body)
    assert (path, receipt.state) == ("/secret/tencent/reports", state)
    assert receipt.delivery == answer.SendStatusSet[0].SerialNo


async def test_an_answer_by_sms_is_passed_on(simulators: Simulators, sink: Sink) -> None:
    assert await simulators.reply("tencent", "13800000001", "1 07")

    ((path, _, body),) = sink.calls
    (reply,) = replies(body)
    assert (path, reply.address, reply.text) == ("/secret/tencent/replies", "13800000001", "1 07")
