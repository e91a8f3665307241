"""What Tencent Cloud SMS checks before it accepts a call, and then each of its numbers, as its documentation says it; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifications.simulators.settings import TencentSettings

_NUMBER = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_VARIABLE = re.compile(r"\{(\d+)\}")
_ADDRESS = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|cn|net|org)\b", re.IGNORECASE)
_MOST_NUMBERS = 200
_LONGEST_SESSION = 512


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Sending:
    numbers: tuple[str, ...]
    """As they were written; what is wrong with one is said in its own status."""
    template: str
    text: str
    session: str


def check(fields: Mapping[str, Any], settings: TencentSettings) -> Sending | Refusal:
    """What concerns the whole call."""
    numbers = fields.get("PhoneNumberSet")
    if not isinstance(numbers, list) or not numbers:
        return Refusal("MissingParameter.EmptyPhoneNumberSet", "PhoneNumberSet is empty")
    if len(numbers) > _MOST_NUMBERS:
        return Refusal("LimitExceeded.PhoneNumberCountLimit", "the number of phone numbers exceeds 200")
    if fields.get("SmsSdkAppId") != settings.application:
        return Refusal("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verification failed")
    if len(str(fields.get("SessionContext", "")).encode()) >= _LONGEST_SESSION:
        return Refusal("InvalidParameter", "SessionContext is longer than 511 bytes")
    session, template = str(fields.get("SessionContext", "")), str(fields.get("TemplateId", ""))
    text = _text(fields, settings)
    return text if isinstance(text, Refusal) else Sending(tuple(str(one) for one in numbers), template, text, session)


def plain_number(written: str) -> str | None:
    match = _NUMBER.fullmatch(written.strip())
    return match[1] if match else None


def _text(fields: Mapping[str, Any], settings: TencentSettings) -> str | Refusal:
    if fields.get("SignName") != settings.sign_name:
        return Refusal("FailedOperation.SignatureIncorrectOrUnapproved", "the signature is not approved")
    template = settings.templates.get(str(fields.get("TemplateId", "")))
    if template is None:
        return Refusal("FailedOperation.TemplateIncorrectOrUnapproved", "the template is not approved")
    values = fields.get("TemplateParamSet") or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return Refusal("InvalidParameter", "TemplateParamSet is not a list of strings")
    refusal = _refuses(values, template, settings)
    return refusal or f"【{settings.sign_name}】" + _VARIABLE.sub(lambda match: values[int(match[1]) - 1], template)


def _refuses(values: Sequence[str], template: str, settings: TencentSettings) -> Refusal | None:
    if len(values) != len(set(_VARIABLE.findall(template))):
        return Refusal("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "the number of parameters does not match")
    for value in values:
        if len(value) > settings.longest:
            return Refusal("InvalidParameterValue.TemplateParameterLengthLimit", "a parameter is too long")
        if _ADDRESS.search(value):
            return Refusal("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "URL in a parameter")
        if "【" in value or "】" in value:
            return Refusal("FailedOperation.ContainSensitiveWord", "the content contains sensitive words")
    return None
