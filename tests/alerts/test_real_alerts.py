"""Every real file of the collection and what it must give, read one minute after it was sent. An unlisted file is a failure.

The files are not part of the product; without them the tests say so and are skipped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.chains import fold
from alerts.examination import Examined, examine
from alerts.profile import local_profile

FOLDER = Path(__file__).parents[3] / "shared" / "realdata" / "cap"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the collection of real alerts is not at {FOLDER}")


@dataclass(frozen=True)
class Given:
    """`stands` is the state of its chain, the reason why it has none, or `inert`; `rank` is the gravest of its targets."""

    stands: str
    rank: int = 0
    targets: int = 0
    asks: tuple[str, ...] = ()
    defects: frozenset[str] = frozenset()
    signature: str = "none"


def used(stands: str, rank: int, targets: int, asks: Collection[str], defects: Collection[str], signature: str) -> Given:
    return Given(stands, rank, targets, tuple(asks), frozenset(defects), signature)


def rejected(code: str) -> Given:
    return Given(code)


TABLE = {
    "kde-kweathercore/431022.cap": used("active", 1, 1, [], ["expires_missing", "references_dangling"], "none"),
    "kde-kweathercore/454888.cap": used("active", 4, 1, [], ["expires_missing"], "none"),
    "kde-kweathercore/dwd-update.xml": used("active", 2, 1, [], ["polygon_short", "references_dangling"], "none"),
    "kde-kweathercore/il-488abaaf-cad5-4d2b-93b2-703016878453.xml": used("active", 3, 1, [], ["color_disagrees"], "none"),
    "kde-kweathercore/mo-cap_monsoon.xml": used(
        "ended allclear", 2, 1, [], ["expires_missing", "references_self", "update_without_references"], "none"
    ),
    "kde-kweathercore/multi-area.xml": used("active", 2, 1, [], [], "none"),
    "kde-kweathercore/polygon-trailing-space.xml": used("active", 2, 1, [], [], "none"),
    "kde-kweathercore/rs-2.49.0.0.688.0.20250817210003.457535.xml": used(
        "pending", 2, 1, [], ["element_order", "references_dangling"], "none"
    ),
    "kde-kweathercore/thunderstorm.xml": used("active", 3, 1, [], [], "none"),
    "kde-kweathercore/tsunami.xml": used("active", 1, 1, [], ["signature_unverifiable"], "unverifiable"),
    "kde-public-alert-server/alertswiss-POA-1216107687-4.json": rejected("not_xml"),
    "kde-public-alert-server/alertswiss-POA-1216107687-4.xml": used(
        "ended allclear",
        1,
        1,
        ["says_drill"],
        ["element_order", "expires_missing", "references_postdated", "references_self", "value_missing"],
        "none",
    ),
    "kde-public-alert-server/alertswiss-POA-1222963954-5.json": rejected("not_xml"),
    "kde-public-alert-server/alertswiss-POA-1222963954-5.xml": used(
        "active",
        2,
        1,
        [],
        ["element_order", "element_repeated", "expires_missing", "references_postdated", "references_self", "value_missing"],
        "none",
    ),
    "kde-public-alert-server/alertswiss-TEST-1163.json": rejected("not_xml"),
    "kde-public-alert-server/alertswiss-TEST-1163.xml": used(
        "inert",
        0,
        1,
        [],
        ["element_order", "expires_missing", "references_postdated", "references_self", "value_missing"],
        "none",
    ),
    "kde-public-alert-server/au-bom-en.rss.xml": rejected("index_only"),
    "kde-public-alert-server/gdacs-cap_1001150.xml": used("ended allclear", 2, 1, [], ["expires_missing"], "none"),
    "kde-public-alert-server/gdacs-cap_1023542.xml": used(
        "ended allclear", 2, 1, [], ["expires_missing", "polygon_unreadable"], "none"
    ),
    "kde-public-alert-server/gdacs-cap_1470644.xml": used(
        "ended allclear", 2, 1, [], ["expires_missing", "longitude_range"], "none"
    ),
    "kde-public-alert-server/ie-2.49.0.1.372.0.250413231648.N_Norm002_SmallCraft.xml": used("active", 2, 1, [], [], "none"),
    "kde-public-alert-server/il-488abaaf-cad5-4d2b-93b2-703016878453.xml": used("active", 3, 1, [], ["color_disagrees"], "none"),
    "kde-public-alert-server/kz-2.49.0.0.398.0-20250306-133701-0284797-00-EN.xml": used(
        "active", 2, 1, [], ["polygon_crossing"], "none"
    ),
    "kde-public-alert-server/mo-cap_monsoon.xml": used(
        "ended allclear", 2, 1, [], ["expires_missing", "references_self", "update_without_references"], "none"
    ),
    "kde-public-alert-server/mow.DE-HE-KS-SE106-20250313-106-001.geojson": rejected("not_xml"),
    "kde-public-alert-server/mow.DE-HE-KS-SE106-20250313-106-001.json": rejected("not_xml"),
    "kde-public-alert-server/mow.DE-HE-KS-SE106-20250313-106-001.xml": used(
        "cancel_references_unknown", 4, 1, [], ["element_order"], "none"
    ),
    "kde-public-alert-server/noaa-2.49.0.1.840.0.9b5195e635069329b12a7c697fad5934d144784a.001.1.xml": used(
        "active", 3, 1, [], ["element_order", "polygon_crossing", "references_dangling"], "none"
    ),
    "kde-public-alert-server/noaa-2.49.0.1.840.0.bde6c30c43ead9c23c42bea7977652a7de76d87d.002.1.xml": used(
        "active", 2, 1, ["says_drill"], ["element_order", "polygon_crossing"], "none"
    ),
    "kde-public-alert-server/ru-20250301222516-0086037.xml": used("active", 2, 1, [], [], "none"),
    "kde-public-alert-server/unit/test_cap_data_1.xml": used("active", 2, 1, ["says_drill"], ["polygon_open"], "none"),
    "kde-public-alert-server/unit/test_cap_data_expired_alert.xml": used(
        "active", 2, 1, ["says_drill"], ["polygon_open"], "none"
    ),
    "kde-public-alert-server/unit/test_cap_data_without_polygon_EMMA_ID_AT001.xml": used(
        "active", 2, 1, ["says_drill"], [], "none"
    ),
    "nws-text/CAEIA.txt": rejected("not_xml"),
    "nws-text/FFWOKX__3.txt": rejected("not_xml"),
    "nws-text/FFW__FFWFFC_0.txt": rejected("not_xml"),
    "nws-text/FLSBRO_nomnd.txt": rejected("not_xml"),
    "nws-text/FLSIND__10.txt": rejected("not_xml"),
    "nws-text/FLSIND__5.txt": rejected("not_xml"),
    "nws-text/FLSLBF__1.txt": rejected("not_xml"),
    "nws-text/FLSLZK_notime.txt": rejected("not_xml"),
    "nws-text/FLS__FLSSEW_vtec1970.txt": rejected("not_xml"),
    "nws-text/FLWBOI.txt": rejected("not_xml"),
    "nws-text/FLWCHS__2019_3.txt": rejected("not_xml"),
    "nws-text/FLWGRB.txt": rejected("not_xml"),
    "nws-text/FLWLBF__FLWLBF_5.txt": rejected("not_xml"),
    "nws-text/FLWMHX__0.txt": rejected("not_xml"),
    "nws-text/FLWMTR__FLWMTR_1.txt": rejected("not_xml"),
    "nws-text/FLWMTR__FLWMTR_7.txt": rejected("not_xml"),
    "nws-text/FLW_badugc.txt": rejected("not_xml"),
    "nws-text/LSR__LSRBRO.txt": rejected("not_xml"),
    "nws-text/LSR__LSRGSP_future.txt": rejected("not_xml"),
    "nws-text/LSR__LSRJAX_marinehail.txt": rejected("not_xml"),
    "nws-text/LSR__LSRPHI.txt": rejected("not_xml"),
    "nws-text/LSR__LSRSEW.txt": rejected("not_xml"),
    "nws-text/LSR__LSR_empty.txt": rejected("not_xml"),
    "schema/cap10.xsd": rejected("namespace_unknown"),
    "schema/cap11.xsd": rejected("namespace_unknown"),
    "schema/cap12.xsd": rejected("namespace_unknown"),
    "uk-ea/update.xml": used("ended allclear", 0, 1, [], ["references_dangling"], "none"),
    "uk-ea/valid_area_polygon.xml": used("active", 3, 1, ["says_drill"], ["polygon_open"], "none"),
    "uk-ea/wainfleet.xml": used("active", 3, 1, [], [], "none"),
    "uk-ea/wainfleet_cancel_minimal.xml": used("cancel_references_unknown", 0, 0, [], [], "none"),
    "uk-ea/wainfleet_cancel_with_references.xml": used("cancel_references_unknown", 3, 1, [], [], "none"),
    "uk-ea/wainfleet_cancel_with_windmere_references.xml": used(
        "cancel_references_unparsable", 3, 1, [], ["references_unparsable"], "none"
    ),
    "uk-ea/windemere.xml": used("active", 3, 1, [], ["references_dangling", "references_of_alert"], "none"),
    "usgs-eq/UU.2001.10_200110082400076200_11600msg.xml": rejected("namespace_unknown"),
    "usgs-eq/eqxml_delete.xml": rejected("namespace_unknown"),
    "usgs-eq/eqxml_event.xml": rejected("namespace_unknown"),
    "usgs-eq/eqxml_productlink.xml": rejected("namespace_unknown"),
    "usgs-eq/eqxml_quarry.xml": rejected("namespace_unknown"),
}


def files() -> list[str]:
    return sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())


def given_by(raw: bytes) -> Given:
    first = examine(raw, "local", local_profile(), datetime(2026, 1, 1, tzinfo=UTC))
    if not first.messages:
        return rejected(first.defects[0].code)
    (once,) = first.messages
    assert once.message is not None
    now = once.message.alert.sent + timedelta(minutes=1)
    (read,) = examine(raw, "local", local_profile(), now).messages
    return _used(read, now)


def _used(read: Examined, now: datetime) -> Given:
    assert read.message is not None
    assert read.signature is not None
    message, folded = read.message, fold([read.message], now)
    chain, reason = folded.chain_of(message.key), folded.withheld.get(message.key)
    stands = reason.code if reason else "inert"
    if chain:
        stands = f"{chain.state} {chain.end}" if chain.end else str(chain.state)
    return used(
        stands,
        max((target.rank for target in message.targets), default=0),
        len(message.targets),
        [caution.code for caution in chain.cautions] if chain else [],
        {defect.code for defect in (*read.defects, *folded.findings.get(message.key, ()))},
        read.signature.state,
    )


def test_every_file_of_the_collection_is_in_the_table() -> None:
    assert files() == sorted(TABLE)


@pytest.mark.parametrize("file", TABLE)
def test_a_real_file_gives_what_the_table_says(file: str) -> None:
    assert given_by((FOLDER / file).read_bytes()) == TABLE[file]


def test_4_the_largest_real_alert_is_read_in_a_few_seconds() -> None:
    largest = max((FOLDER / file for file in TABLE), key=lambda path: path.stat().st_size)

    assert largest.stat().st_size > 1_600_000
    assert examine(largest.read_bytes(), "local", local_profile(), datetime(2026, 1, 1, tzinfo=UTC)).messages


def test_27_the_chain_of_wainfleet_is_cancelled_in_both_orders() -> None:
    names = ("wainfleet.xml", "wainfleet_cancel_with_references.xml")
    now = datetime(2020, 2, 17, tzinfo=UTC)
    raws = [(FOLDER / "uk-ea" / name).read_bytes() for name in names]
    messages = [examine(raw, "local", local_profile(), now).messages[0].message for raw in raws]

    for order in (messages, messages[::-1]):
        (chain,) = fold([message for message in order if message], now).chains
        assert chain.end == "cancelled"
