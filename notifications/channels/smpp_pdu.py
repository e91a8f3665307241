"""The units of SMPP 3.4 as bytes: only those that a transceiver needs, read strictly, as they come from outside."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

HEADER = 16
LARGEST = 64 * 1024
_RESPONSE = 0x80000000
UDH, RECEIPT = 0x40, 0x04
RECEIPTED_ID, STATE, PAYLOAD = 0x001E, 0x0427, 0x0424
"""Optional parameters: which message a receipt is of, what became of it, and a text that is too long for its field."""


class Command(IntEnum):
    GENERIC_NACK = 0x80000000
    BIND_TRANSCEIVER = 0x09
    SUBMIT = 0x04
    DELIVER = 0x05
    UNBIND = 0x06
    ENQUIRE_LINK = 0x15


class PduError(Exception):
    """What came is not SMPP: the line cannot be read any further."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"SMPP: {self.reason}"


@dataclass(frozen=True, slots=True)
class Pdu:
    command: int
    sequence: int
    status: int = 0
    body: bytes = field(default=b"", repr=False)

    @property
    def is_response(self) -> bool:
        return bool(self.command & _RESPONSE)

    @property
    def packed(self) -> bytes:
        return struct.pack(">IIII", HEADER + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = 0, body: bytes = b"") -> "Pdu":
        return Pdu(self.command | _RESPONSE, self.sequence, status, body)


@dataclass(frozen=True, slots=True)
class Header:
    length: int
    command: int
    status: int
    sequence: int


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """The body of submit_sm and of deliver_sm."""

    source: str
    destination: str
    text: bytes
    coding: int = 0
    esm_class: int = 0
    wants_receipt: bool = False
    options: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def is_receipt(self) -> bool:
        return self.esm_class & 0x3C == RECEIPT

    @property
    def packed(self) -> bytes:
        start = _cstring("") + _address(self.source) + _address(self.destination)
        kind = bytes([self.esm_class, 0, 0]) + _cstring("") + _cstring("")
        rest = bytes([int(self.wants_receipt), 0, self.coding, 0, len(self.text)]) + self.text
        options = b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in self.options.items())
        return start + kind + rest + options


def header(data: bytes) -> Header:
    """Error: `PduError`."""
    found = Header(*struct.unpack(">IIII", data))
    if not HEADER <= found.length <= LARGEST:
        raise PduError(f"a unit of {found.length} bytes; expected {HEADER} to {LARGEST}")
    return found


def bind(system_id: str, password: str, system_type: str) -> bytes:
    return _cstring(system_id) + _cstring(password) + _cstring(system_type) + bytes([0x34, 0, 0]) + _cstring("")


def words(body: bytes, count: int) -> list[str]:
    """The first `count` strings of a body, as in the answer to submit_sm (one) or in a bind (three)."""
    reader = _Reader(body)
    return [reader.cstring() for _ in range(count)]


def short_message(body: bytes) -> ShortMessage:
    """Error: `PduError`."""
    reader = _Reader(body)
    reader.cstring()
    source, destination = reader.address(), reader.address()
    esm_class = reader.take(3)[0]
    reader.cstring()
    reader.cstring()
    receipt, _, coding, _, length = reader.take(5)
    text = reader.take(length)
    options = dict(reader.options())
    return ShortMessage(source, destination, text or options.get(PAYLOAD, b""), coding, esm_class, bool(receipt & 1), options)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        if len(found) < count:
            raise PduError("a unit ends before its fields do")
        self._at += count
        return found

    def cstring(self) -> str:
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise PduError("a string without an end")
        found = self._data[self._at : end]
        self._at = end + 1
        return found.decode("latin-1")

    def address(self) -> str:
        """With its plus, where it is said to be an international number."""
        kind = self.take(2)[0]
        number = self.cstring()
        return f"+{number}" if kind == 1 and not number.startswith("+") else number

    def options(self) -> Iterator[tuple[int, bytes]]:
        while self._at < len(self._data):
            tag, length = struct.unpack(">HH", self.take(4))
            yield tag, self.take(length)


def _cstring(text: str) -> bytes:
    return text.encode("latin-1", errors="replace").replace(b"\0", b"") + b"\0"


def _address(number: str) -> bytes:
    """Type and plan: international with a plus, letters as a name, anything else as it stands."""
    if number.startswith("+"):
        return b"\x01\x01" + _cstring(number[1:])
    return (b"\x00\x01" if number.isdecimal() else b"\x05\x00") + _cstring(number)
