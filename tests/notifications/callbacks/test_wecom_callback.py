"""WeCom's calls become replies; what is forged, old or hostile becomes an error and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.callbacks.errors import CallbackError, CallbackShapeError, CallbackSignatureError, CallbackTooOldError
from notifications.callbacks.sealed import LARGEST
from notifications.callbacks.wecom import WecomCallback
from notifications.callbacks.wecom_crypto import envelope
from store.clock import MovableClock

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CORPORATION, TOKEN, KEY = "ww1", "token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEAL = envelope(TOKEN, KEY, CORPORATION)
CLICK = (
    "<xml><ToUserName>ww1</ToUserName><FromUserName>zhangwei</FromUserName><CreateTime>1764000000</CreateTime><MsgType>event</MsgType>"
    "<Event>template_card_event</Event><EventKey>ack</EventKey><TaskId>d-0001</TaskId><CardType>button_interaction</CardType>"
    "<ResponseCode>code-1</ResponseCode><AgentID>1000002</AgentID></xml>"
)
TEXT = (
    "<xml><ToUserName>ww1</ToUserName><FromUserName>zhangwei</FromUserName><CreateTime>1764000000</CreateTime><MsgType>text</MsgType>"
    "<Content><![CDATA[1 07]]></Content><MsgId>42</MsgId><AgentID>1000002</AgentID></xml>"
)


def _callback(now: datetime = NOW) -> WecomCallback:
    return WecomCallback(TOKEN, KEY, CORPORATION, MovableClock(now))


def _sealed(event: str, at: datetime = NOW) -> tuple[dict[str, str], bytes]:
    encrypted = SEAL.encrypt(event, bytes(16))
    timestamp = str(int(at.timestamp()))
    query = {"msg_signature": SEAL.sign(timestamp, "n", encrypted), "timestamp": timestamp, "nonce": "n"}
    return query, f"<xml><ToUserName>ww1</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def test_a_click_names_person_delivery_button_and_the_cards_code() -> None:
    reply = _callback().read(*_sealed(CLICK))

    assert reply is not None
    assert (reply.channel, reply.address, reply.delivery, reply.text) == ("wechat", "zhangwei", "d-0001", "ack")
    assert reply.extra["response_code"] == "code-1"
    assert reply.at == datetime.fromtimestamp(1764000000, UTC)


def test_a_click_that_is_told_again_is_the_same_reply() -> None:
    first = _callback().read(*_sealed(CLICK))
    again = _callback().read(*_sealed(CLICK, NOW + timedelta(seconds=5)))

    assert first == again


def test_a_members_text_is_a_reply_of_the_member() -> None:
    reply = _callback().read(*_sealed(TEXT))

    assert reply is not None
    assert (reply.channel, reply.external_id, reply.address, reply.text, reply.delivery) == (
        "wechat",
        "42",
        "zhangwei",
        "1 07",
        "",
    )


def test_an_event_that_answers_nothing_is_no_reply() -> None:
    assert _callback().read(*_sealed(CLICK.replace("template_card_event", "enter_agent"))) is None


def test_the_check_of_the_address_gives_the_plain_text_back() -> None:
    query, _ = _sealed("")
    echo = SEAL.encrypt("1616140317555161061", bytes(16))
    query |= {"echostr": echo, "msg_signature": SEAL.sign(query["timestamp"], "n", echo)}

    assert _callback().verify(query) == "1616140317555161061"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_call_recorded_earlier_or_dated_ahead_is_refused(minutes: int) -> None:
    with pytest.raises(CallbackTooOldError):
        _callback(NOW + timedelta(minutes=minutes)).read(*_sealed(CLICK))


def test_a_changed_body_is_refused() -> None:
    query, body = _sealed(CLICK)
    _, other = _sealed(TEXT)
    assert body != other

    with pytest.raises(CallbackSignatureError):
        _callback().read(query, other)


def test_a_call_without_a_signature_is_refused() -> None:
    _, body = _sealed(CLICK)

    with pytest.raises(CallbackSignatureError):
        _callback().read({}, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<xml><Encrypt>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><xml><Encrypt>&e;</Encrypt></xml>',
        b"<xml>" + b" " * LARGEST + b"</xml>",
    ],
)
def test_a_body_that_is_not_wecoms_is_refused(body: bytes) -> None:
    query, _ = _sealed(CLICK)

    with pytest.raises(CallbackShapeError):
        _callback().read(query, body)


def test_a_doctype_inside_the_encrypted_text_is_refused_too() -> None:
    with pytest.raises(CallbackShapeError):
        _callback().read(*_sealed('<!DOCTYPE x [<!ENTITY e "boom">]><xml><MsgType>text</MsgType></xml>'))


@pytest.mark.parametrize("time", ["", "soon", "9" * 30])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    with pytest.raises(CallbackError):
        _callback().read(*_sealed(CLICK.replace("1764000000", time)))
