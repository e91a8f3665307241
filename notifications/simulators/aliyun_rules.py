"""What Alibaba Cloud SMS checks before it accepts a message, as its documentation says it; pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.simulators.settings import AliyunSettings

_NUMBER = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ADDRESS = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|org)\b", re.IGNORECASE)
_LONGEST_VARIABLE = 35
_MOST_NUMBERS = 1000
_MOST_OF_A_BATCH = 100
_LONGEST_REFERENCE = 255


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Sending:
    numbers: tuple[str, ...]
    template: str
    text: str
    reference: str


def check(fields: Mapping[str, str], settings: AliyunSettings) -> Sending | Refusal:
    numbers = _numbers(fields.get("PhoneNumbers", ""))
    if isinstance(numbers, Refusal):
        return numbers
    if fields.get("SignName") != settings.sign_name:
        return Refusal("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法")
    template = settings.templates.get(fields.get("TemplateCode", ""))
    if template is None:
        return Refusal("isv.SMS_TEMPLATE_ILLEGAL", "短信模板不合法")
    values = _values(fields.get("TemplateParam", "{}"), template)
    if isinstance(values, Refusal):
        return values
    reference = fields.get("OutId", "")
    if len(reference) > _LONGEST_REFERENCE:
        return Refusal("isv.INVALID_PARAMETERS", "OutId 过长")
    text = _VARIABLE.sub(lambda match: values[match[1]], template)
    return Sending(numbers, fields["TemplateCode"], f"【{settings.sign_name}】{text}", reference)


def check_batch(fields: Mapping[str, str], settings: AliyunSettings) -> list[Sending] | Refusal:
    """Every message of a batch; one that is wrong is a refusal of all."""
    lists = [_list(fields.get(name, "")) for name in ("PhoneNumberJson", "SignNameJson", "TemplateParamJson")]
    if any(each is None for each in lists) or len({len(each or ()) for each in lists}) != 1:
        return Refusal("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为长度相同的数组")
    numbers, signs, values = (each or [] for each in lists)
    if not 1 <= len(numbers) <= _MOST_OF_A_BATCH:
        return Refusal("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
    found: list[Sending] = []
    for number, sign, value in zip(numbers, signs, values, strict=True):
        one = {"PhoneNumbers": str(number), "SignName": str(sign), "TemplateParam": json.dumps(value)}
        checked = check({**fields, **one}, settings)
        if isinstance(checked, Refusal):
            return checked
        found.append(checked)
    return found


def plain_number(written: str) -> str | None:
    match = _NUMBER.fullmatch(written.strip())
    return match[1] if match else None


def _numbers(written: str) -> tuple[str, ...] | Refusal:
    numbers = [plain_number(part) for part in written.split(",")]
    if len(numbers) > _MOST_NUMBERS:
        return Refusal("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
    if None in numbers:
        return Refusal("isv.MOBILE_NUMBER_ILLEGAL", f"{written}invalid mobile number")
    return tuple(number for number in numbers if number)


def _list(written: str) -> list[Any] | None:
    try:
        found: Any = json.loads(written)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _values(written: str, template: str) -> dict[str, str] | Refusal:
    try:
        values: Any = json.loads(written)
    except ValueError:
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        return Refusal("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值")
    missing = [name for name in _VARIABLE.findall(template) if not values.get(name)]
    if missing:
        return Refusal("isv.TEMPLATE_MISSING_PARAMETERS", f"模板变量中缺少对应参数值 {missing[0]}")
    return _checked({name: values[name] for name in _VARIABLE.findall(template)})


def _checked(values: dict[str, str]) -> dict[str, str] | Refusal:
    for name, value in values.items():
        if len(value) > _LONGEST_VARIABLE:
            return Refusal("isv.PARAM_LENGTH_LIMIT", f"参数超过长度限制 {name}")
        if _ADDRESS.search(value):
            return Refusal("isv.PARAM_NOT_SUPPORT_URL", f"变量不支持传入URL {name}")
        if "【" in value or "】" in value:
            return Refusal("isv.SMS_CONTENT_ILLEGAL", f"短信内容包含禁止发送内容 {name}")
    return values
