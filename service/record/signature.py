"""Signs the manifest of an export and checks the signature: Ed25519, or ECDSA on P-256 over SHA-256."""

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    PublicKey = Ed25519PublicKey | EllipticCurvePublicKey

ED25519, P256 = "Ed25519", "ES256"


class SigningKeyError(Exception):
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the key cannot be used: {self.why}; expected a private key in PEM, no password, Ed25519 or P-256"


class BrokenSignatureError(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the signature of the manifest does not hold: {self.why}"


def sign(content: bytes, pem: bytes) -> dict[str, str]:
    """The signature, with the public key that it is checked by. Error: `SigningKeyError`."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as cause:
        raise SigningKeyError("it is no private key in PEM, or has a password") from cause
    if isinstance(key, ed25519.Ed25519PrivateKey):
        algorithm, value = ED25519, key.sign(content)
    elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        algorithm, value = P256, key.sign(content, ec.ECDSA(hashes.SHA256()))
    else:
        raise SigningKeyError("it is of another kind")
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {"algorithm": algorithm, "public_key": _written(public), "value": _written(value)}


def check(content: bytes, signature: dict[str, str]) -> str:
    """The fingerprint of the key that signed it; whose key it is only a person can tell. Error: `BrokenSignatureError`."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        public = base64.b64decode(signature["public_key"], validate=True)
        value = base64.b64decode(signature["value"], validate=True)
        _check(load_der_public_key(public), signature["algorithm"], content, value)
    except InvalidSignature as cause:
        raise BrokenSignatureError("the manifest was changed after it was signed") from cause
    except (KeyError, ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise BrokenSignatureError("it has no key or value that can be read") from cause
    return hashlib.sha256(public).hexdigest()


def _check(key: object, algorithm: str, content: bytes, value: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if isinstance(key, ed25519.Ed25519PublicKey) and algorithm == ED25519:
        key.verify(value, content)
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == P256 and isinstance(key.curve, ec.SECP256R1):
        key.verify(value, content, ec.ECDSA(hashes.SHA256()))
    else:
        raise BrokenSignatureError("its algorithm is not its key's")


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()
