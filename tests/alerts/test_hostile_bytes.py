"""Behaviours 1-7 and 10: nothing in the bytes of an alert reads a file, opens a connection, or takes the machine down."""

import resource
import time
import tracemalloc

import pytest

from alerts.examination import examine
from alerts.reader import read
from alerts.source import MAX_BYTES
from alerts.testing import NOON, OPEN, cap, examined, info


def code_of(raw: bytes) -> str:
    reading = read(raw)
    assert not reading.found
    return reading.defects[0].code


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE alert>",
        b"\n <!-- harmless --> <?pi x?> <!DOCTYPE alert [<!ELEMENT alert ANY>]>",
        b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/cap.dtd">',
        b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_1_any_doctype_is_refused_even_a_harmless_one(doctype: bytes) -> None:
    assert code_of(b'<?xml version="1.0"?>' + doctype + cap()) == "doctype"


def test_1_a_doctype_in_utf_16_is_refused_too() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE alert><alert/>'

    assert code_of(text.encode("utf-16")) == "doctype"


def test_1_the_word_doctype_inside_a_text_is_only_text() -> None:
    raw = cap(infos=info(description="<![CDATA[<!DOCTYPE html><p>flood</p>]]>"))

    assert examined(raw).message is not None


def test_2_an_external_entity_is_never_read(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    raw = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode() + cap(infos=info(headline="&x;"))

    assert "the secret" not in repr(read(raw))


def test_2_neither_xinclude_nor_schema_location_fetches_anything() -> None:
    # the test process itself raises when anything but loopback is asked for
    more = (
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="http://192.0.2.1/x" parse="text"/>'
        '<note xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://192.0.2.1/x.xsd"/>'
    )

    assert examined(cap(more=more)).message is not None


def test_3_billion_laughs_is_refused_at_once_and_in_little_memory() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    raw = f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]>'.encode() + cap(infos=info(headline="&l11;"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()

    assert code_of(raw) == "doctype"
    assert time.perf_counter() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_4_fifty_megabytes_are_refused_unread_with_the_limit_named() -> None:
    raw = b"<alert>" + b" " * 50_000_000
    tracemalloc.start()

    (defect,) = read(raw).defects
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert defect.code == "too_large"
    assert str(MAX_BYTES) in defect.en
    assert peak < 1_000_000


def test_4_depth_elements_and_attributes_are_limited() -> None:
    assert code_of(b"<a>" * 200 + b"</a>" * 200) == "too_deep"
    assert code_of(b"<a>" + b"<b/>" * 200_000 + b"</a>") == "too_many_elements"
    assert code_of(b"<a " + b" ".join(b'x%d="1"' % n for n in range(30_000)) + b"/>") == "too_many_attributes"


def test_6_the_encoding_comes_from_the_mark_or_the_declaration() -> None:
    text = cap(infos=info(headline="Überflutung")).decode()

    for raw in (
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'.encode("iso-8859-1"),
        b'<?xml version="1.0" encoding="gb18030"?>' + text.encode("gb18030"),
    ):
        found = examined(raw).message
        assert found is not None
        assert found.alert.infos[0].headline == "Überflutung"


def test_6_bytes_that_are_not_of_their_encoding_are_refused() -> None:
    assert code_of(b"<alert>\xff\xfe\xfa</alert>") == "undecodable"
    assert code_of(b'<?xml version="1.0" encoding="utf-7"?><alert/>') == "encoding_unknown"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"not xml",
        b"<alert>",
        b"<a/><b/>",
        b"<a>\x00</a>",
        b"<x:a/>",
        b"<a>&nosuch;</a>",
        b"\x1f\x8b\x08\x00",
        b"PK\x03\x04",
    ],
)
def test_7_what_is_not_well_formed_is_refused_with_a_reason_in_both_languages(raw: bytes) -> None:
    (defect,) = read(raw).defects

    assert defect.code in ("not_xml", "undecodable")
    assert defect.zh
    assert ("（技术细节：" in defect.zh) is (defect.code == "not_xml"), "what a library says in English is marked as that"
    assert defect.en


def test_10_a_crash_of_our_own_reader_is_called_ours() -> None:
    broken = object.__new__(type(OPEN))  # a profile without any field: reading it fails in our own code

    examination = examine(cap(), "feed", broken, NOON)

    assert [defect.code for defect in examination.defects] == ["internal"]
