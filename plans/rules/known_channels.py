"""A rung tells people `by` channels that exist: wechat, sms, voice, email. Without `by` it uses every channel a person has."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft

RULE = "known-channels"
NEEDS_WHOLE = False

channels = ("wechat", "sms", "voice", "email")


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, ladder in draft.ladders.items():
        for rung in ladder.rungs:
            for index, channel in enumerate(rung.by):
                if channel not in channels:
                    mark = draft.mark("ladders", name, "rungs", rung.name, "by", index)
                    suggestion = nearest(channel, channels)
                    expected = "one of " + ", ".join(channels)
                    yield fault(mark, f"there is no channel {channel!r}", expected, RULE, suggestion=suggestion)
