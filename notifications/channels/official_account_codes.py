"""What each errcode of a WeChat Official Account means for a template message; the text beside it is never matched."""

from notifications.message import Result

TOKEN_EXPIRED = frozenset({40001, 40014, 42001})
"""40001 also says that the secret is wrong, which a fresh token does not mend."""
_PASSING = {-1, 45011, 45047}
_OF_THE_ACCOUNT = {
    40001,
    40002,
    40013,
    40014,
    40125,
    40164,  # our address is not among the allowed ones
    41001,
    41004,
    42001,
    45009,  # the messages of this day are used up
    48001,
    48004,
    50002,
}
CODES = {
    "0": Result.ACCEPTED,
    **dict.fromkeys(map(str, sorted(_PASSING)), Result.FAILED_FOR_NOW),
    **dict.fromkeys(map(str, sorted(_OF_THE_ACCOUNT)), Result.PROVIDER_DOWN),
    "…": Result.FAILED_FOR_GOOD,
}
"""Every code and what it means; an unknown one is of this message (40003 no such follower, 40037 no such template …)."""


def classify(code: int) -> Result:
    return CODES.get(str(code), CODES["…"])
