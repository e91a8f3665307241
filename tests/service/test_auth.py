"""Keys and signed links."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.auth import ExpiredLinkError, ForgedLinkError, Keys, LinkGrant, LinkSigner

NOW = datetime(2026, 9, 3, 18, 0, tzinfo=UTC)
GRANT = LinkGrant("R-260903-abcdef", "verify.1", "zhao", NOW + timedelta(hours=1))


def test_a_link_says_what_was_signed_into_it() -> None:
    signer = LinkSigner(b"key")

    assert signer.read(signer.sign(GRANT), NOW) == GRANT


def test_a_link_that_was_changed_anywhere_is_refused() -> None:
    signer = LinkSigner(b"key")
    token = signer.sign(GRANT)

    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        if changed.rstrip("=") != token:
            with pytest.raises(ForgedLinkError):
                signer.read(changed, NOW)


def test_a_link_signed_with_another_key_is_refused() -> None:
    with pytest.raises(ForgedLinkError):
        LinkSigner(b"ours").read(LinkSigner(b"theirs").sign(GRANT), NOW)


@pytest.mark.parametrize("token", ["", ".", "abc", "a.b", "ä.ö", "…"])
def test_rubbish_is_no_link(token: str) -> None:
    with pytest.raises(ForgedLinkError):
        LinkSigner(b"key").read(token, NOW)


def test_a_link_ends_at_its_time() -> None:
    signer = LinkSigner(b"key")

    with pytest.raises(ExpiredLinkError, match="expired"):
        signer.read(signer.sign(GRANT), GRANT.expires)


def test_keys_are_made_once_and_are_the_owners_alone(tmp_path: Path) -> None:
    first, second = Keys(tmp_path).api_token, Keys(tmp_path).api_token

    assert first == second
    assert len(first) == 48
    assert (tmp_path / "keys" / "api-token").stat().st_mode & 0o777 == 0o600
