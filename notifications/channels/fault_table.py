"""The fault table of the documentation, made from the tables that the channels decide by.

`python -m notifications.channels.fault_table` prints it; a test keeps docs/notifications.md in step.
"""

from collections.abc import Iterator, Mapping

from notifications.channels import (
    aliyun_codes,
    aliyun_voice_codes,
    answered,
    gateways,
    official_account_codes,
    smpp_codes,
    smtp_codes,
    tencent_sms_codes,
    tencent_voice_codes,
    wecom_codes,
)
from notifications.message import Result

BEGIN, END = "<!-- faults: made by notifications/channels/fault_table.py -->", "<!-- faults end -->"
_PROVIDERS: Mapping[str, Mapping[str, Result]] = {
    "Over HTTP, before any answer": answered.BROKEN,
    "Alibaba Cloud SMS": aliyun_codes.CODES,
    "Tencent Cloud SMS": tencent_sms_codes.CODES,
    "SMPP gateway": smpp_codes.CODES,
    "Alibaba Cloud voice": aliyun_voice_codes.CODES,
    "Tencent Cloud voice": tencent_voice_codes.CODES,
    "WeCom application": wecom_codes.CODES,
    "WeCom group bot": wecom_codes.BOT_CODES,
    "WeChat Official Account": official_account_codes.CODES,
    "SMTP server": smtp_codes.CODES,
}
_NUMBER = "no such number"
_WE_DO = {
    Result.FAILED_FOR_NOW: "**try again**: the next gateway at once; without one, here after 1 s, 2 s, 4 s …",
    Result.PROVIDER_DOWN: "**provider down**: the same, and after five of these in 30 s the gateway rests for 15 s",
    Result.FAILED_FOR_GOOD: "**for good**: the next gateway; without one it failed, and the plan goes on at once",
    _NUMBER: "**for good, everywhere**: it failed, no other gateway is asked, and the plan goes on at once",
    Result.UNKNOWN: "**in doubt**: looked up where it can be; sent again only where copies are dropped (WeCom application)",
    Result.ACCEPTED: "**accepted**",
}


def fault_table() -> str:
    """Between its two marks, as it stands in the documentation."""
    return "\n".join([BEGIN, "", *_lines(), END])


def _lines() -> Iterator[str]:
    for provider, codes in _PROVIDERS.items():
        yield f"### {provider}"
        yield ""
        yield "| it says | we do |"
        yield "|---|---|"
        for meaning, words in _WE_DO.items():
            said = [_said(code) for code, result in codes.items() if _meaning(code, result) == meaning]
            if said:
                yield f"| {', '.join(sorted(said, key=_unknown_last))} | {words} |"
        yield ""


def _meaning(code: str, result: Result) -> str:
    return _NUMBER if code in gateways.NO_USE_ELSEWHERE else result


def _said(code: str) -> str:
    return "anything else" if code == "…" else f"`{code}`"


def _unknown_last(said: str) -> tuple[bool, str]:
    return said == "anything else", said


if __name__ == "__main__":
    print(fault_table())
