"""Channels from settings: what is wrong is said at the start, and secrets never show."""

import subprocess
import sys
from pathlib import Path

import pytest

from notifications.channels.endpoint import fill_secrets
from notifications.channels.errors import ChannelError, ChannelUrlError, MissingSecretError, UnknownSchemeError
from notifications.channels.gateways import Gateways
from notifications.channels.registry import build

SMS = "aliyunsms://AK:SK@dysmsapi.aliyuncs.com/%E8%AD%A6%E9%92%9F?default=SMS_1&drill.default=SMS_2"


async def _close(settings: dict[str, str], folder: Path) -> dict[str, str]:
    channels = build(settings, folder)
    for channel in channels.values():
        await channel.close()
    return {kind: type(channel).__name__ for kind, channel in channels.items()}


@pytest.mark.anyio
async def test_every_known_scheme_gives_its_channel(tmp_path: Path) -> None:
    settings = {
        "sms": SMS,
        "wechat": "wecomapp://ww1:secret@1000002/",
        "email": "mailto://user:secret@127.0.0.1:2525?from=duty@example.com&to=duty@example.com",
        "second": "tencentsms://ID:KEY@sms.tencentcloudapi.com/1400000001/%E8%AD%A6%E9%92%9F?default=1:task&drill.default=2:task",
        "group": "wecomgroup://:KEY@qyapi.weixin.qq.com/",
        "line": "smppline://tocsin:secret@smsc.example.com/10690001",
        "mail": "smtp://user:secret@mail.example.com?from=duty@example.com",
        "hook": "json://127.0.0.1:8080/hook",
        "voice": "file://",
    }

    made = await _close(settings, tmp_path)

    assert made == {
        "sms": "AliyunSms",
        "wechat": "WecomApp",
        "email": "Stock",
        "second": "TencentSms",
        "group": "WecomBot",
        "line": "Smpp",
        "mail": "SmtpMail",
        "hook": "Stock",
        "voice": "FileChannel",
    }


@pytest.mark.parametrize("url", ["syslog://", "dingtalk://token"])
def test_a_plugin_of_apprise_that_may_not_be_used_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ChannelUrlError, match="is not among the plugins that may be used"):
        build({"sms": url}, tmp_path)


@pytest.mark.parametrize("url", ["nosuchthing://token", "nonsense", ""])
def test_an_unknown_scheme_is_refused_with_those_that_are_known(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownSchemeError, match=r"channel 'sms'.*file://, console://, aliyunsms://, tencentsms://, wecomapp://"):
        build({"sms": url}, tmp_path)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("aliyunsms://AK@dysmsapi.aliyuncs.com/sign?default=SMS_1", "secret"),
        ("aliyunsms://AK:hidden@dysmsapi.aliyuncs.com?default=SMS_1", "signature"),
        ("aliyunsms://AK:hidden@dysmsapi.aliyuncs.com/sign", "no template"),
        ("aliyunsms://AK:hidden@dysmsapi.aliyuncs.com/sign?default=SMS_1&scheme=http", "this machine only"),
        ("aliyunsms://AK:hidden@dysmsapi.aliyuncs.com/sign?default=SMS_1&scheme=ftp", "scheme=ftp"),
        ("aliyunsms://AK:hidden@host:port/sign?default=SMS_1", "not an address"),
        ("tencentsms://ID@sms.tencentcloudapi.com/1400/sign?default=1", "key"),
        ("tencentsms://ID:hidden@sms.tencentcloudapi.com/sign?default=1", "application's number"),
        ("tencentsms://ID:hidden@sms.tencentcloudapi.com/1400/sign", "no template"),
        ("tencentsms://ID:hidden@sms.tencentcloudapi.com/1400/sign?default=1&longest=many", "longest=many"),
        ("tencentsms://ID:hidden@sms.tencentcloudapi.com/1400/sign?default=1&scheme=http", "this machine only"),
        ("wecomgroup://qyapi.weixin.qq.com/", "key of the bot"),
        ("wecomgroup://:hidden@qyapi.example.com/?scheme=http", "this machine only"),
        ("smtp://user:hidden@/?from=duty@example.com", "host is missing"),
        ("smtp://user:hidden@mail.example.com", "not one address"),
        ("smtp://user:hidden@mail.example.com?from=a@b.cn,c@d.cn", "not one address"),
        ("smtp://user:hidden@mail.example.com?from=duty@example.com&security=none", "this machine only"),
        ("smtp://user:hidden@mail.example.com?from=duty@example.com&security=some", "security=some"),
        ("wecomapp://ww1:hidden@agent/", "not a number"),
        ("wecomapp://1000002/", "secret"),
        ("wecomapp://ww1:hidden@1000002/?buttons=maybe", "neither yes nor no"),
        ("wecomapp://ww1:hidden@1000002/?host=qyapi.example.com&scheme=http", "this machine only"),
        ("mailto://", "cannot be read"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_and_hides_the_secret(url: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ChannelUrlError, match=reason) as caught:
        build({"hook": url}, tmp_path)

    assert "hidden" not in str(caught.value)
    assert "expected" in str(caught.value)


@pytest.mark.anyio
async def test_several_addresses_give_one_channel_that_asks_them_in_order(tmp_path: Path) -> None:
    tencent = "tencentsms://ID:KEY@sms.tencentcloudapi.com/1400000001/sign?default=1"

    channel = build({"sms": (SMS, tencent, SMS)}, tmp_path)["sms"]

    assert isinstance(channel, Gateways)
    assert channel.providers == ("aliyunsms", "tencentsms", "aliyunsms 2")
    await channel.close()


@pytest.mark.parametrize(
    ("kind", "url", "carries"),
    [
        ("sms", "smtp://user:hidden@mail.example.com?from=duty@example.com", "email"),
        ("sms", "wecomapp://ww1:hidden@1000002/", "wechat"),
        ("wechat", SMS, "sms"),
        ("email", "smppline://tocsin:hidden@smsc.example.com/1069", "sms"),
    ],
)
def test_a_gateway_under_a_kind_that_it_cannot_reach_is_refused(kind: str, url: str, carries: str, tmp_path: Path) -> None:
    with pytest.raises(ChannelUrlError, match=f"is for {carries}; expected it under {carries}"):
        build({kind: url}, tmp_path)


@pytest.mark.parametrize("urls", [(), (SMS, "file://")])
def test_a_file_does_not_stand_behind_a_gateway(urls: tuple[str, ...], tmp_path: Path) -> None:
    """It takes everything, and would end the tries to reach somebody."""
    with pytest.raises(ChannelUrlError, match="all gateways"):
        build({"sms": urls}, tmp_path)


def test_a_secret_comes_from_the_environment_quoted_into_its_place() -> None:
    filled = fill_secrets("sms", "aliyunsms://AK:${SMS_SECRET}@host/sign", {"SMS_SECRET": "a/b@c"})

    assert filled == "aliyunsms://AK:a%2Fb%40c@host/sign"


def test_a_whole_address_may_come_from_the_environment() -> None:
    assert fill_secrets("sms", "${SMS_URL}", {"SMS_URL": SMS}) == SMS


def test_a_secret_that_is_not_set_is_named() -> None:
    with pytest.raises(MissingSecretError, match="environment has no SMS_SECRET"):
        fill_secrets("sms", "aliyunsms://AK:${SMS_SECRET}@host/sign", {})


def test_all_errors_of_settings_are_of_one_family() -> None:
    assert all(issubclass(error, ChannelError) for error in (ChannelUrlError, MissingSecretError, UnknownSchemeError))


def test_channels_are_built_before_the_http_client_is_paid_for(tmp_path: Path) -> None:
    """The doors open before it is needed."""
    program = """
import sys
import subprocess
import sys
from pathlib import Path
from notifications.channels import exchange, registry
registry.build({"wechat": "wecomapp://ww1:secret@1000002"}, Path("."))
print("aiohttp" in sys.modules)
exchange.prepare()
print("aiohttp" in sys.modules)
"""

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )

    assert ran.stdout.split() == ["False", "True"]


def test_a_secret_may_stand_on_the_first_line_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("p@ss/word\nnot this\n", "utf-8")

    filled = fill_secrets("sms", f"aliyunsms://AK:${{file:{tmp_path}/secret}}@host/sign", {})

    assert filled == "aliyunsms://AK:p%40ss%2Fword@host/sign"


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingSecretError, match=r"the file .*/secret cannot be read or is empty"):
        fill_secrets("sms", f"aliyunsms://AK:${{file:{tmp_path}/secret}}@host/sign", {})
