"""What `tocsin notify doctor` says: one line each, with what to do, in Chinese and English."""

from dataclasses import dataclass
from enum import StrEnum

from plans.model import Text
from service.plain import Json, text_view


class Verdict(StrEnum):
    GOOD = "good"
    UNPROVEN = "unproven"  # nothing is known to be wrong, and only a message would show it
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: a channel and its gateway, a person, or a part of the service. `remedy`: what to do, where there is something."""

    verdict: Verdict
    about: str
    what: Text
    remedy: Text | None = None


def good(about: str, zh: str, en: str) -> Finding:
    return Finding(Verdict.GOOD, about, Text(zh, en))


def finding_view(finding: Finding) -> Json:
    return {
        "verdict": finding.verdict.value,
        "about": finding.about,
        "what": text_view(finding.what),
        "remedy": text_view(finding.remedy) if finding.remedy else None,
    }
