"""An exported journal can be checked by whoever has the files, and every change of them is found and placed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from flows.errors import BrokenJournalError
from flows.testing.night import Night, minutes
from service.record.export import ExportError, check_export, manifest_of, names_of, write_export
from service.record.signature import BrokenSignatureError, SigningKeyError

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    night = Night(tmp_path)
    night.activate()
    night.forward(minutes(9))
    return night


@pytest.fixture
def exported(night: Night, tmp_path: Path) -> Path:
    file = tmp_path / "handed" / f"{night.response}.jsonl"
    write_export(night.database, night.response, file, night.clock.now())
    night.database.close()
    return file


def pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_untouched_export_checks_without_a_database(night: Night, exported: Path) -> None:
    found = check_export(exported, manifest_of(exported))

    manifest = json.loads(manifest_of(exported).read_text())
    assert (found.response, found.entries, found.last) == (night.response, manifest["entries"], manifest["last_hash"])
    assert found.names > 0


def test_entries_of_an_export_name_nobody(night: Night, exported: Path) -> None:
    assert not [each.name for each in night.duty.people.values() if each.name in exported.read_text()]


def test_export_without_names_checks_too(night: Night, tmp_path: Path) -> None:
    file = tmp_path / "bare.jsonl"
    write_export(night.database, night.response, file, night.clock.now(), with_names=False)

    assert not names_of(file).exists()
    assert check_export(file, manifest_of(file)).names == 0


@pytest.mark.parametrize(
    ("change", "entry", "fault"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"verify", b"verifi"), *lines[2:]], 2, "altered"),
        (lambda lines: [*lines[:2], *lines[3:]], 3, "missing; the next one found is 4"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2, "missing; the next one found is 3"),
        (lambda lines: lines[:-1], 8, "missing; the manifest tells of 8 entries"),
        (lambda lines: [*lines[:4], b"nonsense\n", *lines[4:]], 5, "is no entry"),
        (lambda _: [], 1, "missing"),
    ],
)
def test_changed_export_says_where_it_differs_first(
    exported: Path, change: Callable[[list[bytes]], list[bytes]], entry: int, fault: str
) -> None:
    exported.write_bytes(b"".join(change(exported.read_bytes().splitlines(keepends=True))))

    with pytest.raises(BrokenJournalError, match=fault) as found:
        check_export(exported, manifest_of(exported))

    assert found.value.entry == entry


def test_bytes_that_mean_the_same_but_are_others_are_found(exported: Path) -> None:
    exported.write_bytes(exported.read_bytes().replace(b'","body"', b'", "body"'))

    with pytest.raises(ExportError, match="written anew"):
        check_export(exported, manifest_of(exported))


def test_another_name_in_the_names_of_an_export_is_found(exported: Path) -> None:
    names_of(exported).write_text(names_of(exported).read_text().replace("Zhao", "Chao"))

    with pytest.raises(ExportError, match="altered"):
        check_export(exported, manifest_of(exported))


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())])
def test_signed_manifest_tells_the_key_and_any_change_after_it(
    night: Night, tmp_path: Path, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
) -> None:
    file = tmp_path / "signed.jsonl"
    write_export(night.database, night.response, file, night.clock.now(), key=pem(key))
    assert len(check_export(file, manifest_of(file)).signed_by) == 64

    manifest_of(file).write_text(manifest_of(file).read_text().replace(night.response, "R-1"))

    with pytest.raises(BrokenSignatureError, match="changed after"):
        check_export(file, manifest_of(file))


@pytest.mark.parametrize("key", [b"no key", pem(rsa.generate_private_key(65537, 2048))])
def test_key_that_cannot_sign_is_refused_in_words(night: Night, tmp_path: Path, key: bytes) -> None:
    with pytest.raises(SigningKeyError, match="expected a private key in PEM"):
        write_export(night.database, night.response, tmp_path / "x.jsonl", night.clock.now(), key=key)


@pytest.mark.parametrize("manifest", ["", "[]", '{"form": "other"}'])
def test_what_is_no_manifest_is_refused_in_words(exported: Path, manifest: str) -> None:
    manifest_of(exported).write_text(manifest)

    with pytest.raises(ExportError, match="expected"):
        check_export(exported, manifest_of(exported))
