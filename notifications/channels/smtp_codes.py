"""What an SMTP server's refusal means for a delivery: by what was asked, and by the first figure of its answer."""

from notifications.message import Result

CODES = {
    "connect 4…": Result.FAILED_FOR_NOW,
    "connect 5…": Result.PROVIDER_DOWN,
    "AUTH 4…": Result.FAILED_FOR_NOW,
    "AUTH 5…": Result.PROVIDER_DOWN,
    "MAIL 4…": Result.FAILED_FOR_NOW,
    "MAIL 5…": Result.PROVIDER_DOWN,  # our sender, or our account
    "RCPT 4…": Result.FAILED_FOR_NOW,
    "RCPT 5…": Result.FAILED_FOR_GOOD,
    "DATA 4…": Result.FAILED_FOR_NOW,
    "DATA 5…": Result.FAILED_FOR_GOOD,
}
"""Every stage and what its refusals mean; anything else but 2 and 3 is the server's fault."""


def classify(stage: str, code: int) -> Result:
    return CODES.get(f"{stage} {code // 100}…", Result.PROVIDER_DOWN)
