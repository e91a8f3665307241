"""What each errcode of WeCom means for a delivery; the text beside it changes and is never matched."""

from notifications.message import Result

TOKEN_EXPIRED = frozenset({40014, 42001})
_PASSING = {-1, 45009, 45033, 40014, 42001}
_OF_THE_ACCOUNT = {40001, 40013, 40056, 41001, 41002, 41004, 45011, 48001, 48002, 60020, 301002}
CODES = {
    "0": Result.ACCEPTED,
    **dict.fromkeys(map(str, sorted(_PASSING)), Result.FAILED_FOR_NOW),
    **dict.fromkeys(map(str, sorted(_OF_THE_ACCOUNT)), Result.PROVIDER_DOWN),
    "…": Result.FAILED_FOR_GOOD,
}
"""Every code and what it means; an unknown one is of this message: the person hears over the next channel at once."""


def classify(code: int) -> Result:
    return CODES.get(str(code), CODES["…"])


BOT_CODES = {
    "0": Result.ACCEPTED,
    "-1": Result.FAILED_FOR_NOW,
    "45009": Result.FAILED_FOR_NOW,  # 20 messages a minute
    "45033": Result.FAILED_FOR_NOW,
    "93000": Result.PROVIDER_DOWN,  # the key is wrong, or the bot was taken out of its group
    "93008": Result.PROVIDER_DOWN,
    "93017": Result.PROVIDER_DOWN,
    "…": Result.FAILED_FOR_GOOD,
}
"""The same for the bot of a group."""


def classify_bot(code: int) -> Result:
    return BOT_CODES.get(str(code), BOT_CODES["…"])
