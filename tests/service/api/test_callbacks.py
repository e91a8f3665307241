"""Calls from providers: who is refused hears the same words whatever was wrong, and the log hears the reason."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from notifications import receipts
from notifications.callbacks.sealed import LARGEST
from notifications.callbacks.wecom_crypto import envelope
from notifications.message import Reply
from notifications.replies import Heard
from service.api.app import make_app
from service.desk.hearing import Hearing
from service.folder import Folder
from service.wiring import Home
from store.clock import RealClock

CORPORATION, TOKEN, KEY = "ww1", "thetokenofwecom", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEAL = envelope(TOKEN, KEY, CORPORATION)
TEXT = (
    "<xml><FromUserName>zhangwei</FromUserName><CreateTime>1764000000</CreateTime><MsgType>text</MsgType>"
    "<Content>hello</Content></xml>"
)
Call = tuple[dict[str, str], bytes]


@pytest.fixture
def wecom_home(tmp_path: Path) -> Home:
    folder = Folder(tmp_path)
    folder.settings.write_text(f'[wecom]\ntoken = "{TOKEN}"\nencoding_aes_key = "{KEY}"\ncorp = "{CORPORATION}"\n', "utf-8")
    return Home(folder, RealClock())


@pytest.fixture
def provider(wecom_home: Home) -> TestClient:
    address = f"http://testserver/callbacks/{wecom_home.keys.callback_path}/"
    return TestClient(make_app(wecom_home, Hearing(wecom_home, {})), base_url=address, raise_server_exceptions=False)


def sealed(age: timedelta = timedelta(0), encrypted: str = "") -> Call:
    """With a right signature."""
    encrypted = encrypted or SEAL.encrypt(TEXT, bytes(16))
    timestamp = str(int((RealClock().now() - age).timestamp()))
    query = {"msg_signature": SEAL.sign(timestamp, "n", encrypted), "timestamp": timestamp, "nonce": "n"}
    return query, f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


def forged() -> Call:
    query, body = sealed()
    return query | {"msg_signature": "0" * 40}, body


FAULTS: list[tuple[Callable[[], Call], str]] = [
    (forged, "the signature does not fit"),
    (lambda: sealed(age=timedelta(hours=1)), "its time is 36"),
    (lambda: sealed(encrypted="AAAA"), "expected a text encrypted for this application"),
    (lambda: ({}, b"this is not XML"), "expected XML"),
]
IDS = ["signature", "age", "key", "form"]


@pytest.mark.parametrize(("call", "reason"), FAULTS, ids=IDS)
def test_whoever_is_refused_hears_one_and_the_same_text(
    provider: TestClient, caplog: pytest.LogCaptureFixture, call: Callable[[], Call], reason: str
) -> None:
    query, body = call()

    with caplog.at_level(logging.WARNING, "tocsin.callbacks"):
        answer = provider.post("wechat", params=query, content=body)

    assert answer.status_code == 403
    assert answer.json()["detail"] == "this call was not accepted; nothing was taken from it"
    assert reason in caplog.text
    assert TOKEN not in caplog.text
    assert KEY not in caplog.text


def test_a_call_that_is_right_is_taken(provider: TestClient) -> None:
    query, body = sealed()

    assert provider.post("wechat", params=query, content=body).status_code == 200


def test_the_registration_of_the_address_is_refused_in_the_same_words(provider: TestClient) -> None:
    answer = provider.get("wechat", params={"msg_signature": "0", "timestamp": "1", "nonce": "n", "echostr": "x"})

    assert (answer.status_code, answer.json()["detail"]) == (403, "this call was not accepted; nothing was taken from it")


def test_a_report_that_is_none_is_refused_in_the_same_words(provider: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = provider.post("sms/reports", content=b"{")

    assert (answer.status_code, answer.json()["detail"]) == (400, "this call was not accepted; nothing was taken from it")
    assert "expected JSON" in caplog.text


def test_a_call_that_does_not_end_is_cut_off(provider: TestClient) -> None:
    answer = provider.post("wechat", content=(b" " * 65536 for _ in range(LARGEST // 65536 + 1)))

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_beside_the_secret_address_there_is_nothing(provider: TestClient) -> None:
    assert provider.post("http://testserver/callbacks/guessed/wechat", content=b"<xml/>").status_code == 404


def test_tencents_calls_are_taken_with_the_answer_it_wants_to_hear(provider: TestClient) -> None:
    report = {"user_receive_time": "2026-11-24 16:00:03", "mobile": "13800000001", "report_status": "SUCCESS", "sid": "1:2"}
    written = {"mobile": "13800000001", "nationcode": "86", "text": "1 07", "time": 1795507200}

    answers = [provider.post("tencent/reports", json=[report]), provider.post("tencent/replies", json=written)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"result": 0, "errmsg": "OK"})] * 2
    assert provider.post("tencent/reports", json={"no": "report"}).status_code == 400


def test_the_keys_of_a_call_are_taken_with_the_answer_each_provider_wants_to_hear(provider: TestClient) -> None:
    key = {
        "call_id": "1^2",
        "status_code": "300000",
        "dtmf": "1",
        "status_time": "2026-11-24 16:00:03",
        "out_id": "r-0123456789abc",
    }
    pressed = {"voicekey_callback": {"callid": "c", "keypress": "1", "mobile": "13800000001", "nationcode": "86"}}

    answers = [provider.post("voice", json=[key]), provider.post("tencent/voice", json=pressed)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"code": 0, "msg": "成功"}),
        (200, {"result": 0, "errmsg": "OK"}),
    ]
    assert provider.post("voice", json=[{"no": "call"}]).status_code == 400


@pytest.mark.parametrize("path", ["sms/reports", "tencent/replies", "voice", "wechat"])
def test_a_call_from_a_network_that_is_not_named_is_refused_in_the_same_words(
    path: str, wecom_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    with wecom_home.folder.settings.open("a") as file:
        file.write('[callbacks]\nsources = ["203.0.113.0/24"]\n')
    home = Home(wecom_home.folder, RealClock())
    address = f"http://testserver/callbacks/{home.keys.callback_path}/"
    app = make_app(home, Hearing(home, {}))
    inside = TestClient(app, base_url=address, client=("203.0.113.9", 5000), raise_server_exceptions=False)
    outside = TestClient(app, base_url=address, client=("198.51.100.7", 5000), raise_server_exceptions=False)

    answer = outside.post(path, content=b"[]")

    assert (answer.status_code, answer.json()["detail"]) == (403, "this call was not accepted; nothing was taken from it")
    assert "callback from '198.51.100.7'" in caplog.text
    assert inside.post("sms/reports", content=b"[]").status_code == 200


def test_a_signed_call_that_is_played_again_is_heard_once(wecom_home: Home) -> None:
    heard: list[Reply] = []

    class Listener(Hearing):
        async def hear(self, reply: Reply) -> Heard:
            heard.append(reply)
            return await super().hear(reply)

    address = f"http://testserver/callbacks/{wecom_home.keys.callback_path}/"
    provider = TestClient(make_app(wecom_home, Listener(wecom_home, {})), base_url=address)
    query, body = sealed()

    answers = [provider.post("wechat", params=query, content=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(heard) == 1


def test_the_end_of_a_message_to_a_follower_is_kept_until_its_message_is_known(wecom_home: Home) -> None:
    with wecom_home.folder.settings.open("a") as file:
        file.write(f'[official_account]\ntoken = "{TOKEN}"\nencoding_aes_key = "{KEY}"\napplication = "wx1"\n')
    home = Home(wecom_home.folder, RealClock())
    provider = TestClient(make_app(home, Hearing(home, {})), base_url=f"http://testserver/callbacks/{home.keys.callback_path}/")
    seal = envelope(TOKEN, KEY, "wx1")
    encrypted = seal.encrypt(
        "<xml><FromUserName>o1</FromUserName><CreateTime>1764000000</CreateTime><MsgType>event</MsgType>"
        "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>200163836</MsgID><Status>success</Status></xml>",
        bytes(16),
    )
    timestamp = str(int(RealClock().now().timestamp()))
    query = {"msg_signature": seal.sign(timestamp, "n", encrypted), "timestamp": timestamp, "nonce": "n"}

    answers = [
        provider.post("official", params=query, content=f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()) for _ in range(2)
    ]

    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "")] * 2
    with home.database.read() as connection:
        kept = receipts.unmatched(connection)
    assert [(each.delivery, each.state.value) for each in kept] == [("weixin-200163836", "delivered")]


def test_without_its_settings_an_official_account_is_not_listened_to(provider: TestClient) -> None:
    assert provider.post("official", content=b"<xml/>").status_code == 404
