"""Behaviours 13-20, 25, 45, 58, 62-64, 68, 72, 77 and 94-98: from elements to an alert, with every defect in one pass."""

import base64
import hashlib

import pytest

from alerts.model import Certainty, MessageType, ReferencesState, Severity, Status
from alerts.reader import read
from alerts.testing import NOON, cap, examined, hours, info, message, named, written


def codes(raw: bytes) -> set[str]:
    (found,) = read(raw).found
    return {defect.code for defect in found.defects}


def test_13_the_three_versions_of_cap_are_read() -> None:
    old = cap().replace(b"urn:oasis:names:tc:emergency:cap:1.2", b"http://www.incident.com/cap/1.0")

    assert message(cap()).alert.version == "1.2"
    assert message(cap(version="1.1")).alert.version == "1.1"
    assert message(old).alert.version == "1.0"


def test_13_very_likely_of_cap_1_0_is_likely() -> None:
    (block,) = message(cap(infos=info(certainty="Very Likely"))).alert.infos

    assert block.certainty is Certainty.LIKELY


def test_13_an_unknown_namespace_is_refused() -> None:
    reading = read(cap(version="9.9"))

    assert [defect.code for defect in reading.defects] == ["namespace_unknown"]


def test_14_every_alert_of_an_envelope_stands_alone() -> None:
    inner = b"".join(cap(f"n{number}", sent="nonsense" if number == 3 else NOON) for number in range(7))
    edxl = b'<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0">' + inner + b"</EDXLDistribution>"

    found = read(edxl).found

    assert len(found) == 7
    assert [each.identifier for each in found if each.alert is None] == ["n3"]


@pytest.mark.parametrize(
    "wrapping",
    [
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content>{}</content></entry></feed>",
        "<rss><channel><item>{}</item></channel></rss>",
    ],
)
def test_14_an_alert_inside_a_feed_is_unwrapped(wrapping: str) -> None:
    (found,) = read(wrapping.format(cap().decode()).encode()).found

    assert found.alert is not None


def test_15_an_index_without_alerts_is_reported_with_its_faulty_entries() -> None:
    entries = "<entry><id>1</id><link href='x'/></entry><entry><title>t</title></entry>"

    reading = read(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode())

    assert [defect.code for defect in reading.defects] == ["index_only", "entry_incomplete", "entry_incomplete"]


def test_16_an_empty_feed_is_healthy() -> None:
    (defect,) = read(b"<feed xmlns='http://www.w3.org/2005/Atom'/>").defects

    assert (defect.code, defect.severity) == ("index_empty", "note")


def test_18_order_and_foreign_elements_are_defects_and_the_alert_is_used() -> None:
    raw = cap(more="<note>late</note><source>too late</source><ours>x</ours>")

    assert codes(raw) == {"element_order", "element_foreign"}
    assert examined(raw).message is not None


def test_20_all_defects_come_in_one_pass_with_path_and_both_languages() -> None:
    area = "<area><areaDesc/><polygon>1,1 2,2</polygon></area>"
    raw = cap(status="real", kind="Shout", infos=info(area, severity="Awful", expires="soon"))

    found = {defect.code: defect for defect in examined(raw).defects}

    assert {"status_unknown", "type_unknown", "value_unknown", "time_unparsable", "polygon_short"} <= set(found)
    assert found["polygon_short"].path == "/alert/info[1]/area[1]/polygon[1]"
    assert all(defect.zh and defect.en for defect in found.values())


@pytest.mark.parametrize("missing", ["identifier", "sender"])
def test_25_without_identifier_or_sender_a_message_is_rejected(missing: str) -> None:
    result = examined(cap(sender="") if missing == "sender" else cap(identifier=""))

    assert result.is_rejected


def test_25_a_name_with_spaces_or_commas_is_used_and_noted() -> None:
    assert "name_unreferable" in codes(cap("INVALID, "))


@pytest.mark.parametrize(
    ("sent", "code"), [("", "sent_missing"), ("yesterday", "sent_unparsable"), ("2026-07-01T08:00:00", "sent_unparsable")]
)
def test_31_without_a_time_of_sending_a_message_is_withheld(sent: str, code: str) -> None:
    result = examined(cap(sent=sent))

    assert result.withheld is not None
    assert result.withheld.code == code
    assert not result.is_rejected


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [("Actual", (Status.ACTUAL, True)), ("actual", (Status.ACTUAL, False)), ("Real", (None, False)), ("", (None, False))],
)
def test_45_only_the_exact_status_is_clear(written_as: str, read_as: tuple[Status | None, bool]) -> None:
    alert = message(cap(status=written_as)).alert

    assert (alert.status, alert.is_status_clear) == read_as


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [("Cancel", (MessageType.CANCEL, True)), ("CANCEL", (MessageType.CANCEL, False)), ("Stop", (None, False))],
)
def test_45_only_the_exact_type_is_clear(written_as: str, read_as: tuple[MessageType | None, bool]) -> None:
    alert = message(cap(kind=written_as)).alert

    assert (alert.type, alert.is_type_clear) == read_as


@pytest.mark.parametrize(
    ("references", "state"),
    [
        (None, ReferencesState.ABSENT),
        ("", ReferencesState.EMPTY),
        ("one two", ReferencesState.UNPARSABLE),
        ("a,b,2026-07-01T00:00:00Z,c,d,2026-07-01T00:00:00Z", ReferencesState.UNPARSABLE),
        ("a,b,2026-07-01T00:00:00-00:00", ReferencesState.READ),
    ],
)
def test_58_the_ways_of_not_naming_anything_are_told_apart(references: str | None, state: ReferencesState) -> None:
    assert message(cap(references=references)).alert.references_state is state


def test_62_and_63_references_to_itself_and_to_the_future_are_noted() -> None:
    assert "references_self" in codes(cap(kind="Update", references=[("one", NOON)]))
    assert {"references_self", "references_postdated"} <= codes(cap(kind="Update", references=[("one", hours(1))]))
    assert "references_postdated" in codes(cap(kind="Update", references=[("two", hours(1))]))


def test_64_references_with_any_white_space_are_read_as_instants() -> None:
    text = f"a,1,2026-07-01T14:00:00+02:00\n\t  a,2,{written(hours(1))}   a,3,{written(hours(2))}"

    references = message(cap(kind="Update", references=text)).alert.references

    assert [reference.sent for reference in references] == [NOON, hours(1), hours(2)]


def test_68_incidents_may_be_quoted_and_an_empty_element_is_ignored() -> None:
    assert message(cap(more='<incidents>one "two words" three</incidents>')).alert.incidents == ("one", "two words", "three")
    assert message(cap(more="<incidents/>")).alert.incidents == ()


def test_69_an_alert_without_info_is_noted_and_a_cancel_without_info_is_not() -> None:
    assert "info_missing" in codes(cap(infos=""))
    assert "info_missing" not in codes(cap(infos="", kind="Cancel", references=[("two", NOON)]))


def test_72_chinese_text_without_a_language_is_chinese() -> None:
    chinese, english = (message(cap(infos=info(headline=text))).alert.infos[0] for text in ("渭河洪水橙色预警", "River high"))

    assert (chinese.language, english.language) == ("zh-CN", "en-US")


def test_77_an_unknown_word_is_unknown_and_the_order_of_lists_is_kept() -> None:
    block = info(severity="Catastrophic").replace("<category>Met</category>", "<category>Met</category><category>Geo</category>")
    (read_block,) = message(cap(infos=block)).alert.infos

    assert read_block.severity is Severity.UNKNOWN
    assert read_block.categories == ("Met", "Geo")


def test_78_an_alert_without_event_is_noted() -> None:
    assert "event_missing" in codes(cap(infos=info(event="")))


def test_95_a_resource_that_does_not_match_its_digest_is_not_authentic_and_the_alert_is_used() -> None:
    content, digest = base64.b64encode(b"map").decode(), hashlib.sha1(b"other").hexdigest()
    parts = f"<resourceDesc>map</resourceDesc><derefUri>{content}</derefUri><digest>{digest}</digest>"
    raw = cap(infos=info(area=f"<resource>{parts}</resource>"))

    assert "digest_mismatch" in codes(raw)
    assert not message(raw).alert.infos[0].resources[0].has_content


def test_94_and_96_unreadable_content_and_relative_addresses_are_noted() -> None:
    broken = "<resource><resourceDesc>a</resourceDesc><derefUri>***</derefUri></resource>"
    relative = "<resource><resourceDesc>a</resourceDesc><uri>map.png</uri></resource>"

    assert "content_unreadable" in codes(cap(infos=info(area=broken)))
    assert "uri_relative" in codes(cap(infos=info(area=relative)))


def test_98_a_private_alert_without_addresses_is_noted() -> None:
    raw = cap().replace(b"<scope>Public", b"<scope>Private")

    assert "private_without_addresses" in codes(raw)


def test_an_alert_hidden_inside_an_alert_is_no_message_of_its_own() -> None:
    inner = cap("hidden").decode()

    found = read(cap("outer", more=f"<note>{inner}</note>")).found

    assert [each.identifier for each in found] == ["outer"]


def test_values_of_cap_1_0_in_one_text_are_read() -> None:
    raw = cap(infos=info("<area><areaDesc>a</areaDesc><geocode>fips=48453</geocode></area>"))

    (geocode,) = message(raw).alert.infos[0].areas[0].geocodes

    assert (geocode.name, geocode.value) == ("fips", "48453")


def test_event_codes_and_parameters_are_pairs() -> None:
    block = info().replace("<area>", named("parameter", "color", "red") + "<area>")

    (parameter,) = message(cap(infos=block)).alert.infos[0].parameters

    assert (parameter.name, parameter.value) == ("color", "red")
