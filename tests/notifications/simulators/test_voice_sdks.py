"""The vendors' own clients call the simulated phones: what they sign is accepted, what we answer is understood."""

import asyncio
import json
from typing import Any

import pytest
from alibabacloud_dyvmsapi20170525.client import Client
from alibabacloud_dyvmsapi20170525.models import IvrCallRequest, IvrCallRequestMenuKeyMap, SingleCallByTtsRequest
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vms.v20200902.models import SendTtsVoiceRequest
from tencentcloud.vms.v20200902.vms_client import VmsClient

from notifications.callbacks import aliyun_voice, tencent_voice
from notifications.callbacks.calls import Ended, Pressed
from notifications.simulators.simulators import Simulators
from notifications.simulators.voice_settings import HEARD, code_of
from store.clock import RealClock

from .conftest import Sink

pytestmark = pytest.mark.anyio
PHONE = "13800000001"
VALUES = {"plan": "防汛", "level": "Ⅲ级", "task": "巡堤 & 查险/+ ~*"}
CODE = code_of("default", is_drill=False)


def _aliyun(simulators: Simulators, secret: str = "") -> Any:
    account, endpoint = simulators.settings.aliyun, f"127.0.0.1:{simulators.sms_port}"
    return Client(
        Config(access_key_id=account.key, access_key_secret=secret or account.secret, endpoint=endpoint, protocol="http")
    )


def _ivr(simulators: Simulators, **changes: Any) -> IvrCallRequest:
    keys = [IvrCallRequestMenuKeyMap(key=key, code=code) for key, code in HEARD.items()]
    usual: dict[str, Any] = {
        "called_number": PHONE, "called_show_number": simulators.settings.voice.number, "start_code": f"TTS_{CODE}",
        "start_tts_params": json.dumps(VALUES), "menu_key_map": keys, "play_times": 2, "out_id": "r-0123456789abc",
    }  # fmt: skip
    return IvrCallRequest(**(usual | changes))


def _tencent(simulators: Simulators, secret: str = "") -> VmsClient:
    account = simulators.settings.tencent
    endpoint = HttpProfile(protocol="http", endpoint=f"127.0.0.1:{simulators.tencent_port}", reqTimeout=5)
    credential = Credential(account.identifier, secret or account.secret)
    return VmsClient(credential, "ap-guangzhou", ClientProfile(httpProfile=endpoint))


def _tts(simulators: Simulators, **changes: object) -> SendTtsVoiceRequest:
    request = SendTtsVoiceRequest()
    request.TemplateId, request.TemplateParamSet = CODE, list(VALUES.values())
    request.CalledNumber, request.VoiceSdkAppid = f"+86{PHONE}", simulators.settings.voice.application
    request.PlayTimes, request.SessionContext = 2, "r-0001"
    for name, value in changes.items():
        setattr(request, name, value)
    return request


async def test_alibabas_client_calls_a_phone_and_hears_of_the_key(simulators: Simulators, sink: Sink) -> None:
    answer = await asyncio.to_thread(_aliyun(simulators).ivr_call, _ivr(simulators))

    assert simulators.press("r-0123456789abc", PHONE, "1")
    await simulators.settle()
    news = [one for _, _, body in sink.calls for one in aliyun_voice.news(body)]
    assert (answer.body.code, answer.body.call_id) == ("OK", simulators.ledger.all()[0].provider_id)
    assert "巡堤 & 查险/+ ~*。收到请按1" in simulators.ledger.all()[0].text
    assert [path for path, _, _ in sink.calls] == ["/secret/voice"] * 2
    assert [type(one) for one in news] == [Pressed, Pressed, Ended]


@pytest.mark.parametrize(("key", "code"), [("hear", "200000"), ("refuse", "200005")])
async def test_a_call_without_keys_is_heard_or_refused(key: str, code: str, simulators: Simulators, sink: Sink) -> None:
    notice = code_of("notice", is_drill=False)
    request = SingleCallByTtsRequest(
        called_number=PHONE, tts_code=f"TTS_{notice}", tts_param=json.dumps({"plan": "防汛", "reason": "水位回落"}), out_id="r-1"
    )
    await asyncio.to_thread(_aliyun(simulators).single_call_by_tts, request)

    assert simulators.press("r-1", PHONE, key)
    await simulators.settle()
    ((_, _, body),) = sink.calls
    (ended,) = aliyun_voice.news(body)
    assert isinstance(ended, Ended)
    assert (ended.code, ended.was_heard) == (code, key == "hear")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"called_number": "12345"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"called_show_number": "0999"}, "isv.DISPLAY_NUMBER_ILLEGAL"),
        ({"start_code": "TTS_9"}, "isv.TTS_TEMPLATE_ILLEGAL"),
        ({"start_tts_params": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"start_tts_params": json.dumps(VALUES | {"task": "长" * 21})}, "isv.PARAM_LENGTH_LIMIT"),
        ({"out_id": "r-0123456789abcd"}, "isv.INVALID_PARAMETERS"),
        ({"play_times": 4}, "isv.INVALID_PARAMETERS"),
    ],
)
async def test_alibabas_client_hears_the_documented_code_of_a_call_against_the_rules(
    changes: dict[str, Any], code: str, simulators: Simulators
) -> None:
    answer = await asyncio.to_thread(_aliyun(simulators).ivr_call, _ivr(simulators, **changes))

    assert answer.body.code == code
    assert simulators.ledger.all() == ()


async def test_the_second_call_to_a_number_within_a_minute_is_refused_by_both(simulators: Simulators) -> None:
    await asyncio.to_thread(_aliyun(simulators).ivr_call, _ivr(simulators))

    second = await asyncio.to_thread(_aliyun(simulators).ivr_call, _ivr(simulators))
    with pytest.raises(TencentCloudSDKException) as caught:
        await asyncio.to_thread(_tencent(simulators).SendTtsVoice, _tts(simulators))

    assert second.body.code == "isv.BUSINESS_LIMIT_CONTROL"
    assert caught.value.get_code() == "LimitExceeded.DeliveryFrequencyLimit"


async def test_a_wrong_secret_is_refused_by_both(simulators: Simulators) -> None:
    with pytest.raises(TeaException) as aliyun:
        await asyncio.to_thread(_aliyun(simulators, "wrong").ivr_call, _ivr(simulators))
    with pytest.raises(TencentCloudSDKException) as tencent:
        await asyncio.to_thread(_tencent(simulators, "wrong").SendTtsVoice, _tts(simulators))

    assert aliyun.value.code == "SignatureDoesNotMatch"
    assert tencent.value.get_code() == "AuthFailure.SignatureFailure"


async def test_tencents_client_calls_a_phone_and_hears_of_the_key(simulators: Simulators, sink: Sink) -> None:
    answer = await asyncio.to_thread(_tencent(simulators).SendTtsVoice, _tts(simulators))

    assert simulators.press("r-0001", PHONE, "2")
    await simulators.settle()
    news = [one for _, _, body in sink.calls for one in tencent_voice.news(body, RealClock().now())]
    assert answer.SendStatus.SessionContext == "r-0001"
    assert [type(one) for one in news] == [Pressed, Ended]
    assert news[0].reference == answer.SendStatus.CallId


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CalledNumber": "+8612345"}, "InvalidParameterValue.CalledNumberVerifyFail"),
        ({"VoiceSdkAppid": "1"}, "UnauthorizedOperation.VoiceSdkAppidVerifyFail"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"TemplateParamSet": ["防汛"]}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"PlayTimes": 4}, "FailedOperation.InvalidParameters"),
        ({"TemplateParamSet": ["防汛", "Ⅲ级", "长" * 350]}, "InvalidParameterValue.ContentLengthLimit"),
    ],
)
async def test_tencents_client_hears_the_documented_code_of_a_call_against_the_rules(
    changes: dict[str, object], code: str, simulators: Simulators
) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        await asyncio.to_thread(_tencent(simulators).SendTtsVoice, _tts(simulators, **changes))

    assert caught.value.get_code() == code
    assert simulators.ledger.all() == ()
