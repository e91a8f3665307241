"""The sources of a bureau, from TOML."""

from datetime import timedelta

import pytest

from alerts.errors import ProfileError
from alerts.jurisdiction import Jurisdiction
from alerts.profile import local_profile, read_profile, read_sources

SOURCES = """
[jurisdiction]
geocodes = ["610300"]

[sources.cma]
senders = ["*@cma.example", "nmc"]
zone = "Asia/Shanghai"
default_expiry = "until lifted"
signature = "require"

[sources.province]
senders = ["province"]
default_expiry = "6 h"
authorities = {province = ["province", "deputy"]}
jurisdiction = {polygons = ["34.5,106.8 34.5,107.9 34.1,107.9"]}
"""


def test_a_source_accepts_only_the_senders_it_names() -> None:
    cma = read_sources(SOURCES)["cma"]

    assert [cma.accepts(sender) for sender in ("night@cma.example", "nmc", "nmc2", "")] == [True, True, False, False]


def test_a_source_without_an_area_of_its_own_has_the_common_one() -> None:
    sources = read_sources(SOURCES)

    assert sources["cma"].jurisdiction == Jurisdiction(geocodes=("610300",))
    assert sources["province"].jurisdiction.polygons
    assert sources["local"].jurisdiction.geocodes == ("610300",)


def test_until_lifted_and_durations_are_read() -> None:
    sources = read_sources(SOURCES)

    assert (sources["cma"].default_expiry, sources["province"].default_expiry) == (None, timedelta(hours=6))


def test_senders_of_one_authority_speak_with_one_voice() -> None:
    province = read_sources(SOURCES)["province"]

    assert province.authority_of("province") == province.authority_of("deputy")
    assert province.authority_of("stranger") != province.authority_of("deputy")


def test_the_local_source_trusts_the_person_and_asks_about_old_alerts() -> None:
    assert local_profile().accepts("anybody")
    assert local_profile().when_expired == "ask"
    assert read_sources("")["local"] == local_profile()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("senders = 3", "senders"),
        ("name = 'x'", "senders"),
        ("senders = []\nzone = 'Mars/Base'", "zone"),
        ("senders = []\ndefault_expiry = 'soon'", "default_expiry"),
        ("senders = []\nsignature = 'maybe'", "signature"),
        ("senders = []\ncolour = 'red'", "colour"),
        ("senders = []\n[jurisdiction]\ngeocodes = ['x']", "jurisdiction.geocodes"),
        ("senders = []\n[jurisdiction]\npolygons = ['1,1']", "jurisdiction.polygons"),
        ("senders = [", "TOML"),
    ],
)
def test_a_fault_in_a_profile_is_named(text: str, named: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read_profile(text, "alerts.toml")

    assert "alerts.toml" in str(caught.value)
    assert named in str(caught.value)
