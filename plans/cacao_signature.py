"""Signs a CACAO playbook and verifies signatures: SHA-256 over canonical JSON (RFC 8785), then RS256 or ES256."""

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from plans.cacao_values import Json, made_id, timestamp
from plans.errors import PlanError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
    PublicKey = RSAPublicKey | EllipticCurvePublicKey

_smallest_rsa = 2048
_half = 32


class UnusableKeyError(PlanError):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return (
            f"the key cannot be used: {self.why}; expected a private key in PEM, no password, RSA of 2048 bits or more, or P-256"
        )


class WrongSignatureError(PlanError):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"the signature does not hold: {self.why}; ask whoever sent the playbook for it again"


def signed(playbook: Json, pem: bytes, signee: str, now: datetime) -> Json:
    """The playbook with one more signature, the public key beside it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _private(pem)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    algorithm = _algorithm(key.public_key())
    moment = timestamp(now)
    earlier = signatures(playbook)
    signature: Json = {
        "type": "jss",
        "id": made_id("jss", hashlib.sha256(public).hexdigest(), str(playbook["id"]), moment, str(len(earlier))),
        "created_by": playbook["created_by"],
        "created": moment,
        "modified": moment,
        "signee": signee,
        "related_to": playbook["id"],
        "related_version": playbook["modified"],
        "hash_algorithm": "sha-256",
        "algorithm": algorithm,
        "public_key": base64.b64encode(public).decode(),
    }
    summary = playbook.get("playbook_processing_summary")
    marked = playbook | (
        {"playbook_processing_summary": {**summary, "digital_signatures": True}} if isinstance(summary, dict) else {}
    )
    if earlier and marked != playbook:
        raise UnusableKeyError("the playbook has a signature that another summary would break")
    value = _sign(key, _digest(marked, signature))
    return marked | {"signatures": [*earlier, signature | {"value": _url(value)}]}


def verify(playbook: Json) -> list[str]:
    """Who signed it, each signature verified. Error: `WrongSignatureError`. Whether a key is theirs only a person can tell."""
    return [verified(playbook, each) for each in signatures(playbook)]


def fingerprint(signature: Json) -> str:
    """What two people read to each other to know a key."""
    return hashlib.sha256(base64.b64decode(str(signature.get("public_key", "")))).hexdigest()


def signatures(playbook: Json) -> list[Json]:
    found = playbook.get("signatures")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _digest(playbook: Json, signature: Json) -> bytes:
    """Each signature is over the playbook with that signature alone, without its value."""
    from rfc8785 import dumps

    bare = {key: value for key, value in signature.items() if key != "value"}
    alone: Any = playbook | {"signatures": [bare]}
    return hashlib.sha256(dumps(alone)).digest()


def verified(playbook: Json, signature: Json) -> str:
    from cryptography.exceptions import InvalidSignature

    signee = str(signature.get("signee", ""))
    if signature.get("hash_algorithm") != "sha-256" or signature.get("related_to") != playbook.get("id"):
        raise WrongSignatureError(f"that of {signee!r} is for another playbook, or not over SHA-256")
    if signature.get("related_version") != playbook.get("modified"):
        raise WrongSignatureError(f"that of {signee!r} is for another version of the playbook")
    try:
        public = _public(base64.b64decode(str(signature["public_key"]), validate=True))
        value = base64.urlsafe_b64decode(str(signature["value"]) + "==")
        if signature.get("algorithm") != _algorithm(public):
            raise WrongSignatureError(f"that of {signee!r} names an algorithm that is not its key's")
        _check(public, value, _digest(playbook, signature))
    except (KeyError, ValueError, UnusableKeyError) as cause:
        raise WrongSignatureError(f"that of {signee!r} has no key or value that can be read") from cause
    except InvalidSignature as cause:
        raise WrongSignatureError(f"the playbook was changed after {signee!r} signed it") from cause
    return signee


def _private(pem: bytes) -> "PrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise UnusableKeyError("it is no private key in PEM, or has a password") from cause
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableKeyError("it is of another kind")
    _algorithm(key.public_key())
    return key


def _public(der: bytes) -> "PublicKey":
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(der)
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise UnusableKeyError("it is of another kind")
    return key


def _algorithm(key: "PublicKey") -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < _smallest_rsa:
            raise UnusableKeyError(f"RSA of {key.key_size} bits is too short")
        return "RS256"
    if not isinstance(key.curve, ec.SECP256R1):
        raise UnusableKeyError(f"its curve is {key.curve.name}")
    return "ES256"


def _sign(key: "PrivateKey", digest: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), SHA256())
    # JWA has the two numbers side by side, not their DER
    return b"".join(number.to_bytes(_half, "big") for number in decode_dss_signature(key.sign(digest, ec.ECDSA(SHA256()))))


def _check(key: "PublicKey", value: bytes, digest: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(key, rsa.RSAPublicKey):
        key.verify(value, digest, padding.PKCS1v15(), SHA256())
        return
    first, second = int.from_bytes(value[:_half], "big"), int.from_bytes(value[_half:], "big")
    key.verify(encode_dss_signature(first, second), digest, ec.ECDSA(SHA256()))


def _url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
