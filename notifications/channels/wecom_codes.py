"""What each errcode of WeCom means for a delivery; the text beside it changes and is never matched."""

from notifications.message import Result

TOKEN_EXPIRED = frozenset({40014, 42001})
_PASSING = {-1, 45009, 45033, 40014, 42001}
_OF_THE_ACCOUNT = {40001, 40013, 40056, 41001, 41002, 41004, 45011, 48001, 48002, 60020, 301002}


def classify(code: int) -> Result:
    """An unknown code is of this message: the person hears over the next channel at once."""
    if code == 0:
        return Result.ACCEPTED
    if code in _PASSING:
        return Result.FAILED_FOR_NOW
    return Result.PROVIDER_DOWN if code in _OF_THE_ACCOUNT else Result.FAILED_FOR_GOOD
