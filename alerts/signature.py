"""What the XML signatures of a message are worth. A message is never refused for one that merely cannot be verified.

`valid` needs a certificate that the profile pins and that was in force when the message was sent. `invalid` means that the
content or the signature was altered, or that something else than the whole message was signed. All the rest is `unverifiable`.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lxml import etree

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_REFERENCE = "{http://www.w3.org/2000/09/xmldsig#}SignedInfo/{http://www.w3.org/2000/09/xmldsig#}Reference"
_METHOD = "{http://www.w3.org/2000/09/xmldsig#}SignedInfo/{http://www.w3.org/2000/09/xmldsig#}SignatureMethod"
_CERTIFICATE = ".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_OLD = ("sha1", "dsa-sha1", "md5")


class SignatureState(StrEnum):
    NONE = "none"
    VALID = "valid"
    INVALID = "invalid"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class SignatureResult:
    state: SignatureState
    reason: str


def check_signatures(alert: etree._Element, certificates: Sequence[str], at: datetime) -> tuple[SignatureResult, ...]:
    """Each signature of `alert` alone, in document order. `certificates` are PEM texts that the profile trusts."""
    count = len(alert.findall(_SIGNATURE))
    results = tuple(_check_one(alert, number, certificates, at) for number in range(count))
    return results if count == 1 and alert.getparent() is None else tuple(_doubted(result) for result in results)


def overall(results: Sequence[SignatureResult]) -> SignatureResult:
    """One good signature is enough; otherwise an altered one weighs more than one that nobody can judge."""
    for state in (SignatureState.VALID, SignatureState.INVALID, SignatureState.UNVERIFIABLE):
        for result in results:
            if result.state is state:
                return result
    return SignatureResult(SignatureState.NONE, "the message is not signed")


def _check_one(alert: etree._Element, number: int, certificates: Sequence[str], at: datetime) -> SignatureResult:
    document = _with_one_signature(alert, number)
    signature = document.find(_SIGNATURE)
    assert signature is not None
    method = signature.find(_METHOD)
    algorithm = "" if method is None else method.get("Algorithm", "").rpartition("#")[2]
    if algorithm.endswith(_OLD):
        return SignatureResult(SignatureState.UNVERIFIABLE, f"the algorithm {algorithm[:30]} is no longer trusted")
    if signature.find(_REFERENCE) is None:
        return SignatureResult(SignatureState.UNVERIFIABLE, "it does not say what it signs")
    if not _covers_all(document, signature):
        return SignatureResult(SignatureState.INVALID, "something else than the whole message was signed")
    return _verify(document, signature, certificates, at)


def _doubted(result: SignatureResult) -> SignatureResult:
    """An envelope or a second signature changes what is digested, with nobody having altered anything."""
    if result.state is SignatureState.INVALID and "does not match" in result.reason:
        return SignatureResult(SignatureState.UNVERIFIABLE, f"{result.reason}, perhaps by an envelope or another signature")
    return result


def _with_one_signature(alert: etree._Element, number: int) -> etree._Element:
    document = copy.deepcopy(alert)
    document.tail = None
    for position, signature in enumerate(document.findall(_SIGNATURE)):
        if position != number:
            document.remove(signature)
    return document


def _covers_all(document: etree._Element, signature: etree._Element) -> bool:
    """Exactly one reference, and it names the message itself; a moved or doubled message fails here."""
    references = signature.findall(_REFERENCE)
    targets = {reference.get("URI") for reference in references}
    own = {f"#{document.get(name)}" for name in ("Id", "ID", "id") if document.get(name)}
    return len(references) == 1 and targets <= own | {"", None}


def _verify(document: etree._Element, signature: etree._Element, certificates: Sequence[str], at: datetime) -> SignatureResult:
    """The pinned certificates first; then whether the message is at least whole by the certificate it brings itself."""
    for certificate in certificates:
        result = _verify_with(document, certificate, at)
        if result.state is SignatureState.VALID or "digest" in result.reason.casefold():
            return result
    brought = signature.find(_CERTIFICATE)
    if brought is None or not brought.text:
        return SignatureResult(SignatureState.UNVERIFIABLE, "no known certificate fits and the signature brings none")
    result = _verify_with(document, brought.text, at)
    if result.state is SignatureState.VALID:
        return SignatureResult(SignatureState.UNVERIFIABLE, "its certificate is not one that this source trusts")
    return result


def _verify_with(document: etree._Element, certificate: str, at: datetime) -> SignatureResult:
    from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature, SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    configuration = SignatureConfiguration(location="./", verification_time=at)
    try:
        XMLVerifier().verify(document, x509_cert=certificate, expect_config=configuration)
    except InvalidDigest as cause:
        return SignatureResult(SignatureState.INVALID, f"the digest does not match: {cause}")
    except InvalidCertificate as cause:
        return SignatureResult(SignatureState.UNVERIFIABLE, f"certificate: {cause}")
    except InvalidSignature as cause:
        return SignatureResult(SignatureState.INVALID, f"the signature does not match: {cause}")
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, AttributeError) as cause:
        return SignatureResult(SignatureState.UNVERIFIABLE, f"cannot be judged: {cause}")
    return SignatureResult(SignatureState.VALID, "signed by a trusted certificate")
