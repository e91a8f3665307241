"""What both providers of voice calls are told in their address: templates, how often a text is read, how long a value may be.

A call is read aloud from an approved template of its own; the templates of SMS name a code to write back, and nobody can
write back to a call.
"""

from dataclasses import dataclass

from notifications.channels.errors import ChannelUrlError
from notifications.channels.sms_templates import SmsTemplates, read_templates

_MOST_TIMES = 3
_TWICE, _LONGEST = "2", "20"


@dataclass(frozen=True, slots=True)
class Spoken:
    """`times`: how often the text is read. `longest`: characters of one variable."""

    templates: SmsTemplates
    times: int
    longest: int


def read_spoken(kind: str, options: dict[str, str], form: str) -> Spoken:
    """Takes its own out of `options`; what is left there names templates."""
    times, longest = options.pop("times", _TWICE), options.pop("longest", _LONGEST)
    if times not in map(str, range(1, _MOST_TIMES + 1)):
        raise ChannelUrlError(kind, f"times={times} is not 1, 2 or 3", form)
    if not (longest.isdecimal() and int(longest) > 1):
        raise ChannelUrlError(kind, f"longest={longest} is no number of characters", form)
    return Spoken(read_templates(kind, options), int(times), int(longest))
