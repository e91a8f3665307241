"""WeCom's envelope: the documentation's own vectors, and an independent implementation in both directions."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

from notifications.callbacks.errors import CallbackKeyError, CallbackShapeError, CallbackSignatureError
from notifications.callbacks.wecom_crypto import envelope

# the example of WeCom's documentation of its callback configuration
CORPORATION, TOKEN, KEY = "wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxa"
    "ccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7P"
    "F5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9"
    "o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
OURS = envelope(TOKEN, KEY, CORPORATION)
THEIRS = WeChatCrypto(TOKEN, KEY, CORPORATION)
RANDOM = bytes(range(16))


@pytest.mark.parametrize(
    ("signature", "timestamp", "nonce", "encrypted", "plain"),
    [
        ("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", ECHO, "1616140317555161061"),
        ("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", MESSAGE, "<Content><![CDATA[hello]]></Content>"),
    ],
)
def test_the_documentations_examples_open(signature: str, timestamp: str, nonce: str, encrypted: str, plain: str) -> None:
    OURS.check(signature, timestamp, nonce, encrypted)

    assert plain in OURS.decrypt(encrypted)


@given(some.text(max_size=300))
@settings(max_examples=50)
def test_what_we_encrypt_the_other_implementation_reads(text: str) -> None:
    encrypted = OURS.encrypt(text, RANDOM)
    signature = OURS.sign("1409659813", "1", encrypted)

    assert THEIRS.decrypt_message({"Encrypt": encrypted}, signature, "1409659813", "1") == text


@given(some.text(alphabet="确认ack<>&\n", max_size=300))
@settings(max_examples=50)
def test_what_the_other_implementation_encrypts_we_read(text: str) -> None:
    sealed = THEIRS.encrypt_message(text, "1", "1409659813")
    encrypted = sealed.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    signature = sealed.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]

    OURS.check(signature, "1409659813", "1", encrypted)
    assert OURS.decrypt(encrypted) == text


def test_a_signature_that_does_not_fit_is_refused_by_both() -> None:
    encrypted = OURS.encrypt("x", RANDOM)

    with pytest.raises(CallbackSignatureError):
        OURS.check("0" * 40, "1409659813", "1", encrypted)
    with pytest.raises(InvalidSignatureException):
        THEIRS.decrypt_message({"Encrypt": encrypted}, "0" * 40, "1409659813", "1")


def test_a_text_for_another_corporation_is_refused() -> None:
    with pytest.raises(CallbackShapeError):
        OURS.decrypt(envelope(TOKEN, KEY, "ww-other").encrypt("x", RANDOM))


@given(some.binary(max_size=200))
def test_bytes_that_nobody_encrypted_give_one_error_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(CallbackShapeError):
        OURS.decrypt(base64.b64encode(noise).decode())


@pytest.mark.parametrize("key", ["", "short", KEY + "A", "!" * 43])
def test_a_key_that_was_copied_wrong_is_said_at_the_start(key: str) -> None:
    with pytest.raises(CallbackKeyError, match="expected 43 letters and digits"):
        envelope(TOKEN, key, CORPORATION)
