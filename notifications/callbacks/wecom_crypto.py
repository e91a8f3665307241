"""The envelope of WeCom's and WeChat's callbacks (WXBizMsgCrypt): AES-256-CBC, length and receiver inside, signed with SHA-1."""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from notifications.callbacks.errors import CallbackKeyError, CallbackShapeError, CallbackSignatureError

_BLOCK = 32
_HEAD = 16 + 4
_LETTERS_OF_KEY = 43


@dataclass(frozen=True, slots=True)
class Envelope:
    """One application's token and key; `receiver` is the corporation's id, or the id of the Official Account."""

    token: str = field(repr=False)
    key: bytes = field(repr=False)
    receiver: str
    provider: str = "wecom"

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        joined = "".join(sorted([self.token, timestamp, nonce, encrypted]))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def check(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        if not hmac.compare_digest(self.sign(timestamp, nonce, encrypted).encode(), signature.encode()):
            raise CallbackSignatureError(self.provider)

    def encrypt(self, text: str, random: bytes) -> str:
        """`random` are 16 unguessable bytes."""
        data = text.encode()
        plain = random + struct.pack(">I", len(data)) + data + self.receiver.encode()
        padding = _BLOCK - len(plain) % _BLOCK
        writer = self._cipher().encryptor()
        return base64.b64encode(writer.update(plain + bytes([padding]) * padding) + writer.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        """The text; one error for every fault, so that nobody learns about the padding."""
        try:
            reader = self._cipher().decryptor()
            plain = reader.update(base64.b64decode(encrypted, validate=True)) + reader.finalize()
            return self._opened(plain)
        except (binascii.Error, ValueError, IndexError, struct.error) as cause:
            raise CallbackShapeError(self.provider, "a text encrypted for this application") from cause

    def _opened(self, plain: bytes) -> str:
        padding = plain[-1]
        if not 1 <= padding <= _BLOCK:
            raise ValueError(padding)
        plain = plain[:-padding]
        (length,) = struct.unpack(">I", plain[16:_HEAD])
        receiver = plain[_HEAD + length :]
        if not hmac.compare_digest(receiver, self.receiver.encode()):
            raise ValueError(receiver)
        return plain[_HEAD : _HEAD + length].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))


def envelope(token: str, encoding_aes_key: str, receiver: str, provider: str = "wecom") -> Envelope:
    try:
        key = base64.b64decode(encoding_aes_key + "=", validate=True)
    except binascii.Error as cause:
        raise CallbackKeyError(len(encoding_aes_key)) from cause
    if len(encoding_aes_key) != _LETTERS_OF_KEY:
        raise CallbackKeyError(len(encoding_aes_key))
    return Envelope(token, key, receiver, provider)
