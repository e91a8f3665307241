"""Settings are read once, whole, or refused with every fault, its place and the way out."""

from pathlib import Path

import pytest

from service.settings import Callbacks, Settings, read_settings
from service.settings_faults import SettingsError

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def refused(folder: Path, text: str) -> list[str]:
    file = folder / "tocsin.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as error:
        read_settings(file)
    lines = str(error.value).splitlines()
    assert [line for line in lines if not line.startswith(f"{file}: ")] == []
    return [line.removeprefix(f"{file}: ") for line in lines]


def taken(folder: Path, text: str) -> Settings:
    (folder / "tocsin.toml").write_text(text, "utf-8")
    return read_settings(folder / "tocsin.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[channels]\nsmss = "file://"',
            "[channels] smss: there is no such setting; expected one of sms, wechat, voice, email; did you mean 'sms'?",
        ),
        (
            "[channels]\nsms = []",
            '[channels] sms: expected "ADDRESS", or ["FIRST", "SECOND"] for gateways that are asked in this order',
        ),
        (
            "[channels]\nsms = [1]",
            '[channels] sms: expected "ADDRESS", or ["FIRST", "SECOND"] for gateways that are asked in this order',
        ),
        (
            '[drill_channels]\nwecom = "file://"',
            "[drill_channels] wecom: there is no such setting; expected one of sms, wechat, voice, email",
        ),
        (
            "[sever]\nport = 1",
            "sever: there is no such setting; expected one of zone, server, prefect, wecom, official_account, callbacks, "
            "channels, drill_channels",
        ),
        (
            "[server]\nprot = 1",
            "[server] prot: there is no such setting; expected one of host, port, public_url; did you mean 'port'?",
        ),
        ("[server]\nport = 70000", "[server] port: found 70000; expected less than or equal to 65535"),
        ('[server]\nport = "many"', "[server] port: found 'many'; expected a valid integer"),
        ("server = 3", "server: expected a table, written [server], found 3"),
        (
            '[server]\npublic_url = "tocsin.example.org"',
            "[server] public_url: 'tocsin.example.org' is no address of a web server",
        ),
        (
            '[server]\npublic_url = "ftp://a.example.org"',
            "[server] public_url: 'ftp://a.example.org' is no address of a web server",
        ),
        (
            '[server]\npublic_url = "https://a.example.org/?x=1"',
            "[server] public_url: 'https://a.example.org/?x=1' is no address",
        ),
        (
            '[server]\npublic_url = "https://a.example.org:port"',
            "[server] public_url: 'https://a.example.org:port' is no address",
        ),
        ('[server]\nhost = "0.0.0.0"', "[server]: public_url is missing: nobody can call '0.0.0.0' back"),
        (
            '[wecom]\ntoken = "abcdef"',
            "[wecom]: encoding_aes_key and corp missing; expected all of token, encoding_aes_key, corp",
        ),
        (
            f'[wecom]\nencoding_aes_key = "{KEY[:-1]}"',
            "[wecom] encoding_aes_key: 42 characters that are no EncodingAESKey; expected 43",
        ),
        (
            f'[wecom]\nencoding_aes_key = "{KEY[:-1]}*"',
            "[wecom] encoding_aes_key: 43 characters that are no EncodingAESKey; expected 43",
        ),
        ('[wecom]\ntoken = "a b"', "[wecom] token: this is no Token; expected 3 to 32 letters and digits"),
        ('zone = "Asia/Baoji"', "zone: there is no time zone 'Asia/Baoji'; expected a name such as Asia/Shanghai"),
        ('zone = "../etc"', "zone: there is no time zone '../etc'; expected a name such as Asia/Shanghai"),
        (
            '[callbacks]\nsources = ["203.0.113.0/33"]',
            "[callbacks] sources: '203.0.113.0/33' is no network; expected as in 203.0.113.0/24",
        ),
        ("[server\n", "not TOML: "),
    ],
)
def test_a_wrong_setting_is_refused_with_its_place_and_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    (line,) = refused(tmp_path, text)

    assert line.startswith(said)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    lines = refused(tmp_path, 'zone = "Mars"\n[server]\nport = -1\n[channels]\nsmss = ""\n[wecom]\ntoken = "abcdef"')

    assert [line.partition(":")[0] for line in lines] == ["zone", "[server] port", "[wecom]", "[channels] smss"]


def test_a_secret_of_wecom_is_not_shown(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, '[wecom]\nencoding_aes_key = "half-of-the-secret"')

    assert "secret" not in line


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "tocsin.toml").write_bytes(b'zone = "\xff"')

    with pytest.raises(SettingsError, match=r"tocsin\.toml: byte 8 is not UTF-8"):
        read_settings(tmp_path / "tocsin.toml")


def test_settings_that_are_right_are_taken(tmp_path: Path) -> None:
    settings = taken(
        tmp_path,
        f"""
[server]
host = "0.0.0.0"
public_url = "https://tocsin.example.org/bureau/"
[channels]
sms = ["json://localhost", "json://localhost/second"]
wechat = "json://localhost/chat"
[drill_channels]
email = "json://localhost/drill"
[wecom]
token = "abcdef"
encoding_aes_key = "{KEY}"
corp = "ww1"
""",
    )

    assert settings.public_url == "https://tocsin.example.org/bureau"
    assert settings.channel_urls() == {
        "sms": ("json://localhost", "json://localhost/second"),
        "wechat": ("json://localhost/chat",),
        "voice": ("file://",),
        "email": ("file://",),
    }
    assert settings.drill_channel_urls()["email"] == ("json://localhost/drill",)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "tocsin.toml") == Settings()


@pytest.mark.parametrize(
    ("sources", "address", "may"),
    [
        ((), "198.51.100.7", True),
        (("203.0.113.0/24",), "203.0.113.9", True),
        (("203.0.113.0/24",), "::ffff:203.0.113.9", True),
        (("203.0.113.0/24", "2001:db8::/32"), "2001:db8::7", True),
        (("203.0.113.0/24",), "198.51.100.7", False),
        (("203.0.113.0/24",), "", False),
    ],
)
def test_only_the_named_networks_may_call_back(sources: tuple[str, ...], address: str, may: bool) -> None:
    assert Callbacks(sources=sources).allows(address) is may
