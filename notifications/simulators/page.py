"""A page with every simulated phone, on which a person can answer; works without JavaScript."""

from collections.abc import Mapping
from html import escape

from notifications.simulators.ledger import Received
from notifications.simulators.settings import is_drill

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:1rem;background:#f4f4f2;color:#222}
main{display:flex;flex-wrap:wrap;gap:1rem}section{background:#fff;border:1px solid #ccc;border-radius:1rem;padding:1rem;
width:22rem}
h2{font-size:1rem;margin:0 0 .5rem}article{border-top:1px solid #ddd;padding:.5rem 0;overflow-wrap:anywhere}
small{color:#666}.drill{background:#fff7d6}form{display:inline}input{width:9rem}"""


_NAMES = {
    "sms": "短信 SMS",
    "wechat": "企业微信 WeCom",
    "aibot": "企业微信智能机器人 WeCom bot",
    "weixin": "微信 WeChat",
    "voice": "电话 Phone call",
}


def page(received: tuple[Received, ...], shown: Mapping[tuple[str, str], str]) -> str:
    phones: dict[tuple[str, str], list[Received]] = {}
    for one in received:
        phones.setdefault((one.channel, one.address), []).append(one)
    sections = "".join(_phone(channel, address, found, shown) for (channel, address), found in sorted(phones.items()))
    nothing = "<p>还没有消息 · No messages yet</p>"
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>模拟手机 · Simulated phones</title><style>{_STYLE}</style><h1>模拟手机 · Simulated phones</h1>"
        f'<p><a href="/">刷新 · Refresh</a></p><main>{sections or nothing}</main></html>'
    )


def _phone(channel: str, address: str, received: list[Received], shown: Mapping[tuple[str, str], str]) -> str:
    name = _NAMES.get(channel, channel)
    messages = "".join(_message(one, shown.get((one.delivery, one.address), "")) for one in reversed(received))
    hidden = _hidden(channel=channel, address=address)
    form = f'<form method="post" action="/_sim/reply">{hidden}<input name="text"><button>回复 · Reply</button></form>'
    answer = "" if channel == "voice" else form
    return f"<section><h2>{name} {escape(address)}</h2>{answer}{messages}</section>"


def _message(one: Received, replaced: str) -> str:
    ringing = "📞 " if one.channel == "voice" and not replaced else ""
    title = f"<b>{escape(one.title)}</b><br>" if one.title else ""
    link = f'<br><a href="{escape(one.link)}">{escape(one.link)}</a>' if one.link.startswith(("http://", "https://")) else ""
    buttons = (
        f"<br><i>{escape(replaced)}</i>"
        if replaced
        else "<br>" * bool(one.buttons) + "".join(_button(one, *each) for each in one.buttons)
    )
    text = escape(one.text).replace("\n", "<br>")
    style = ' class="drill"' if is_drill(one) else ""
    return f"<article{style}><small>{one.at:%H:%M:%S}</small> {ringing}{title}{text}{link}{buttons}</article>"


def _button(one: Received, key: str, label: str) -> str:
    hidden = _hidden(delivery=one.delivery, address=one.address, key=key)
    action = "press" if one.channel == "voice" else "click"
    return f'<form method="post" action="/_sim/{action}">{hidden}<button>{escape(label)}</button></form> '


def _hidden(**values: str) -> str:
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items())
