"""Times as the providers in China write them: their own day and clock, wherever we are."""

from datetime import datetime
from zoneinfo import ZoneInfo

_CHINA = ZoneInfo("Asia/Shanghai")
_FORM = "%Y-%m-%d %H:%M:%S"


def read(text: str) -> datetime:
    """Error: `ValueError`."""
    return datetime.strptime(text, _FORM).replace(tzinfo=_CHINA)


def written(moment: datetime) -> str:
    return moment.astimezone(_CHINA).strftime(_FORM)


def day(moment: datetime) -> str:
    return moment.astimezone(_CHINA).strftime("%Y%m%d")
