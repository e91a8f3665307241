"""Behaviours 99-102: what a signature is worth, and that one that cannot be judged never costs a warning."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

from alerts.profile import Profile
from alerts.reader import read
from alerts.signature import SignatureState
from alerts.testing import cap, examined, hours, info


def made_certificate(start: datetime) -> tuple[ec.EllipticCurvePrivateKey, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "water.city.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(start).not_valid_after(start + timedelta(days=10))
    certificate = builder.sign(key, hashes.SHA256())
    return key, certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def own() -> tuple[ec.EllipticCurvePrivateKey, str]:
    return made_certificate(hours(-1))


def sign(raw: bytes, own: tuple[ec.EllipticCurvePrivateKey, str]) -> bytes:
    return etree.tostring(XMLSigner(signature_algorithm="ecdsa-sha256").sign(etree.fromstring(raw), key=own[0], cert=own[1]))


def profile(policy: str = "check", *certificates: str) -> Profile:
    return Profile("signed", ("*",), signature=policy, certificates=certificates)  # type: ignore[arg-type]


def state_of(raw: bytes, used: Profile) -> SignatureState:
    signature = examined(raw, used).signature
    assert signature is not None
    return signature.state


def test_99_an_unsigned_message_is_used_unless_a_signature_is_required() -> None:
    assert state_of(cap(), profile()) is SignatureState.NONE
    assert examined(cap(), profile()).withheld is None
    assert examined(cap(), profile("require")).withheld.code == "signature_required"


def test_99_a_good_signature_by_a_trusted_certificate_is_valid(own) -> None:
    used = profile("require", own[1])

    result = examined(sign(cap(), own), used)

    assert result.signature.state is SignatureState.VALID
    assert result.withheld is None


def test_99_a_good_signature_by_a_stranger_is_unverifiable_and_used(own) -> None:
    result = examined(sign(cap(), own), profile())

    assert result.signature.state is SignatureState.UNVERIFIABLE
    assert result.withheld is None
    assert "signature_unverifiable" in {defect.code for defect in result.defects}


@pytest.mark.parametrize("is_trusted", [True, False])
def test_99_an_altered_message_is_withheld(own, is_trusted: bool) -> None:
    altered = sign(cap(infos=info(severity="Minor")), own).replace(b"Minor", b"Extreme")

    result = examined(altered, profile("check", *([own[1]] if is_trusted else [])))

    assert result.signature.state is SignatureState.INVALID
    assert result.withheld.code == "signature_invalid"


def test_99_a_profile_that_ignores_signatures_does_not_look(own) -> None:
    altered = sign(cap(infos=info(severity="Minor")), own).replace(b"Minor", b"Extreme")

    result = examined(altered, profile("ignore"))

    assert (result.signature, result.withheld) == (None, None)


def test_99_an_old_algorithm_is_unverifiable_not_invalid(own) -> None:
    modern, dead = b"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", b"http://www.w3.org/2000/09/xmldsig#dsa-sha1"
    old = sign(cap(), own).replace(modern, dead)

    assert state_of(old, profile("check", own[1])) is SignatureState.UNVERIFIABLE


def test_99_a_signature_that_is_garbage_is_unverifiable() -> None:
    garbage = cap().replace(b"</alert>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><x/></Signature></alert>')

    assert state_of(garbage, profile()) is SignatureState.UNVERIFIABLE
    assert examined(garbage, profile()).withheld is None


def test_100_a_certificate_is_judged_at_the_time_of_sending() -> None:
    ended = made_certificate(hours(-24 * 30))
    past = cap(sent=hours(-24 * 25))

    assert state_of(sign(past, ended), profile("check", ended[1])) is SignatureState.VALID
    assert state_of(sign(cap(), ended), profile("check", ended[1])) is SignatureState.UNVERIFIABLE


def test_101_only_a_signature_over_the_whole_message_counts(own) -> None:
    signed = sign(cap(infos=info(severity="Minor")), own).decode()
    inner = signed.replace("<alert ", '<alert Id="signed" ')
    wrapped = cap("forged", infos=info(severity="Extreme") + f"<note>{inner}</note>").decode()
    signature = signed[signed.index("<ds:Signature") : signed.index("</ds:Signature>") + len("</ds:Signature>")]
    moved = wrapped.replace("</alert>", signature.replace('URI=""', 'URI="#signed"') + "</alert>", 2)

    (found,) = read(moved.encode()).found

    assert found.identifier == "forged"
    assert state_of(moved.encode(), profile("check", own[1])) is SignatureState.INVALID


def test_101_a_second_info_added_after_signing_is_found_out(own) -> None:
    added = sign(cap(), own).replace(b"</info>", b"</info>" + info(severity="Extreme").encode())

    assert state_of(added, profile("check", own[1])) is SignatureState.INVALID


def test_102_one_good_signature_of_two_is_enough_and_a_mismatch_beside_another_is_no_forgery(own) -> None:
    once = sign(cap(), own)
    signature = once[once.index(b"<ds:Signature") : once.index(b"</alert>")]
    other = signature.replace(b"<ds:DigestValue>", b"<ds:DigestValue>AAAA")
    twice = once.replace(b"</alert>", other + b"</alert>")
    twice_bad = cap().replace(b"</alert>", other + other + b"</alert>")

    assert state_of(twice, profile("check", own[1])) is SignatureState.VALID
    assert examined(twice_bad, profile("check", own[1])).withheld is None
