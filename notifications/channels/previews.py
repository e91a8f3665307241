"""What a gateway would be asked to say for a message, made by the same code that says it; nothing is sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from notifications.channels import aliyun_sms, aliyun_voice, official_account, tencent_sms, tencent_voice, wecom, wecom_bot
from notifications.channels.endpoint import parse
from notifications.channels.registry import AIBOT, MAIL, SMPP, VOICE
from notifications.channels.sms_templates import SmsTemplates, no_template
from notifications.channels.text_limits import SMS_VARIABLE
from notifications.channels.wecom_messages import body, chat
from notifications.message import Outgoing
from notifications.segments import Segments, segments

Form = Literal["template", "text", "card", "mail", "call"]


@dataclass(frozen=True, slots=True)
class Preview:
    """`text`: as the person reads it; of a template of a provider only the plan's own short text, which it is to say.

    `refused`: why this gateway would not take it.
    """

    form: Form
    text: str = ""
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    segments: Segments | None = None
    refused: str = ""


def preview(kind: str, url: str, message: Outgoing, now: datetime) -> Preview:
    """`url` with its secrets filled in, and known to be right (`registry.build`)."""
    scheme = url.partition("://")[0].lower()
    if scheme == aliyun_sms.SCHEME:
        aliyun = aliyun_sms.read_account(kind, parse(kind, url, aliyun_sms.FORM))
        return _by_template(message, aliyun.sign_name, aliyun.templates, SMS_VARIABLE)
    if scheme == tencent_sms.SCHEME:
        tencent = tencent_sms.read_account(kind, parse(kind, url, tencent_sms.FORM))
        return _by_template(message, tencent.sign_name, tencent.templates, tencent.longest)
    if scheme == official_account.SCHEME:
        return _followed(kind, url, message)
    if scheme == AIBOT:
        return _card(chat(message))
    if scheme in VOICE:
        return _spoken(kind, url, message)
    if scheme == wecom.SCHEME:
        application = wecom.read_application(kind, parse(kind, url, wecom.FORM))
        return _card(json.loads(body(message, application.agent, with_buttons=application.with_buttons)))
    if scheme == wecom_bot.SCHEME:
        said = json.loads(wecom_bot.body(message))["text"]
        mentioned = " ".join(f"@{each}" for each in said.get("mentioned_list") or said["mentioned_mobile_list"])
        return Preview("text", f"{said['content']}\n{mentioned}")
    if scheme in SMPP:
        return _over_smpp(kind, url, message)
    if scheme in MAIL:
        return _mail(kind, url, message, now)
    if kind == "sms":
        return Preview("text", message.short, segments=segments(message.short))
    link = message.link if message.link not in message.text else ""
    return Preview("text", "\n".join(part for part in (message.title, message.text, link) if part))


def _by_template(message: Outgoing, sign_name: str, templates: SmsTemplates, longest: int) -> Preview:
    template = templates.choose(message)
    text = f"【{sign_name}】{message.short}"
    if template is None:
        return Preview("template", text, refused=no_template(message).detail)
    return Preview("template", text, template.code, template.parameters(message, longest), segments(text))


def _followed(kind: str, url: str, message: Outgoing) -> Preview:
    templates = official_account.read_account(kind, parse(kind, url, official_account.FORM)).templates
    content = official_account.body(templates, message)
    if content is None:
        return Preview("card", message.short, refused=no_template(message).detail)
    lines = [f"{place} {each['value']}" for place, each in content["data"].items()]
    return Preview("card", "\n".join([*lines, *([f"→ {message.link}"] if message.link else [])]))


def _spoken(kind: str, url: str, message: Outgoing) -> Preview:
    is_aliyun = url.lower().startswith(f"{aliyun_voice.SCHEME}://")
    read, form = (aliyun_voice.read_caller, aliyun_voice.FORM) if is_aliyun else (tencent_voice.read_caller, tencent_voice.FORM)
    spoken = read(kind, parse(kind, url, form)).spoken
    template = spoken.templates.choose(message)
    if template is None:
        return Preview("call", message.short, refused=no_template(message).detail)
    return Preview("call", message.short, template.code, template.parameters(message, spoken.longest))


def _over_smpp(kind: str, url: str, message: Outgoing) -> Preview:
    from notifications.channels import smpp_settings, smpp_texts

    account = smpp_settings.read_smpp_account(kind, parse(kind, url, smpp_settings.FORM))
    text = account.signature + message.short
    parts = smpp_texts.parts_of(text, 0)
    is_plain = parts.coding == smpp_texts.DEFAULT
    units = len(text) if is_plain else len(text.encode("utf-16-be")) // 2
    return Preview("text", text, segments=Segments("gsm7" if is_plain else "ucs2", units, len(parts.bodies)))


def _mail(kind: str, url: str, message: Outgoing, now: datetime) -> Preview:
    from notifications.channels import smtp

    account = smtp.read_mail_account(kind, parse(kind, url, smtp.FORM))
    mail = smtp.letter(message, account.sender, now)
    head = "\n".join(f"{name}: {mail[name]}" for name in ("From", "Subject"))
    return Preview("mail", f"{head}\n\n{mail.get_content().rstrip()}")


def _card(content: Mapping[str, Any]) -> Preview:
    match content["msgtype"]:
        case "template_card":
            return Preview("card", "\n".join(_button_card(content["template_card"])))
        case "textcard":
            card = content["textcard"]
            return Preview("card", f"{card['title']}\n{card['description']}\n[{card['btntxt']}] → {card['url']}")
        case form:
            return Preview("text", str(content[form]["content"]))


def _button_card(card: Mapping[str, Any]) -> list[str]:
    facts = [f"{each['keyname']} {each['value']}" for each in card.get("horizontal_content_list", ())]
    buttons = " ".join(f"[{each['text']}]" for each in card["button_list"])
    link = [f"→ {card['card_action']['url']}"] if "card_action" in card else []
    return [card["main_title"]["title"], card["sub_title_text"], *facts, buttons, *link]
