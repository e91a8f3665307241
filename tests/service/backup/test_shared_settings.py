"""What a backup tells of tocsin.toml: nothing that opens a gateway."""

import tomllib

import pytest

from service.backup.shared_settings import without_secrets

WHOLE = """zone = "Asia/Shanghai"

[server]
port = 8800  # as agreed

[channels]
sms = ["aliyun://KEY:SECRET@sign/code", "smpp://u:SECRET@h"]

[ wecom ]
token = "SECRET"

[prefect]
port = 4300
"""


def test_secret_sections_are_left_out_and_the_rest_stays_as_it_stands() -> None:
    shared = without_secrets(WHOLE)

    assert shared is not None
    assert "SECRET" not in shared
    assert tomllib.loads(shared) == {"zone": "Asia/Shanghai", "server": {"port": 8800}, "prefect": {"port": 4300}}
    assert "[channels], [wecom]" in shared
    assert "as agreed" in shared


@pytest.mark.parametrize(
    "text",
    ['channels = {sms = "smpp://u:SECRET@h"}', 'channels.sms = "smpp://u:SECRET@h"', '"channels".sms = "x"', "not toml at all ["],
)
def test_what_cannot_be_told_apart_is_left_out_whole(text: str) -> None:
    assert without_secrets(text) is None


@pytest.mark.parametrize("text", ["", 'zone = "UTC"\n'])
def test_settings_without_secrets_are_the_same(text: str) -> None:
    assert without_secrets(text) == text
