"""What the providers of voice calls say of one: a key that was pressed, or how the call ended; in words for the record."""

from dataclasses import dataclass
from datetime import datetime

from notifications.message import Receipt, ReceiptState, Reply

CHANNEL = "voice"


@dataclass(frozen=True, slots=True)
class Pressed:
    """`reference`: ours, its beginning, or the provider's name for the call. `address`: empty where only the call is named."""

    reference: str
    call: str
    key: str
    at: datetime
    address: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """`code`: the provider's, with `words` for it. `seconds`: how long somebody listened, where it is known."""

    reference: str
    was_heard: bool
    at: datetime
    code: str
    words: str
    seconds: int | None = None


def reply_of(pressed: Pressed) -> Reply:
    """The same key of the same call is one reply, whether it comes at once, at the end of the call, or twice."""
    identifier = f"call-{pressed.call}-{pressed.key}"
    return Reply(CHANNEL, identifier, pressed.address, pressed.key, pressed.at, delivery=pressed.reference)


def receipt_of(ended: Ended) -> Receipt:
    """That somebody picked up is no answer: a mailbox does so too."""
    if not ended.was_heard:
        detail = f"未接通：{ended.words} / the call was not heard"
        return Receipt(ended.reference, ReceiptState.FAILED, ended.at, ended.code, detail)
    listened = "" if ended.seconds is None else f" {ended.seconds} s"
    detail = f"已接听{listened}：{ended.words} / the call was answered{listened}"
    return Receipt(ended.reference, ReceiptState.DELIVERED, ended.at, ended.code, detail)
