"""What people write when they answer an SMS: `1`, `收到`, `1 07`, `207 堵车`, full-width or not, in Chinese or English."""

import re
import unicodedata
from dataclasses import dataclass

from notifications.message import Verb

ACKNOWLEDGE = (
    "1", "收到", "收到了", "已收到", "好", "好的", "是", "是的", "确认", "明白", "知道了", "已知悉",
    "ok", "okay", "yes", "ack", "acknowledged", "received", "roger", "copy", "confirm", "confirmed",
)  # fmt: skip
DECLINE = (
    "2", "不能到", "不能", "不行", "不去", "不在", "无法到达", "无法到", "无法", "去不了", "来不了", "到不了", "拒绝",
    "no", "cannot", "can't", "can not", "decline", "declined", "unable",
)  # fmt: skip

_VERBS = dict.fromkeys(ACKNOWLEDGE, Verb.ACKNOWLEDGE) | dict.fromkeys(DECLINE, Verb.DECLINE)
_WORDS = "|".join(sorted((re.escape(word) for word in _VERBS if not word.isdigit()), key=len, reverse=True))
_GAP = r"[\s,，.。、;；:：!！#-]"
_STOP = r"[,，.。、;；:：!！]"
_REST = rf"(?:{_GAP}+(?P<rest>.*))?"
_FORMS = tuple(
    re.compile(form, re.DOTALL)
    for form in (
        rf"(?P<verb>[12]){_GAP}+(?P<code>\d{{1,3}}){_REST}",  # 1 07
        rf"(?P<verb>[12])(?P<code>\d{{2,3}}){_REST}",  # 107
        rf"(?P<code>\d{{2,3}}){_GAP}+(?P<verb>[12]){_REST}",  # 07 1
        rf"(?P<verb>{_WORDS}){_GAP}*(?P<code>\d{{1,3}}){_REST}",  # 收到 07
        rf"(?P<code>\d{{1,3}}){_GAP}*(?P<verb>{_WORDS}){_REST}",  # 07 收到
        rf"(?P<verb>{_WORDS})(?P<code>){_REST}",  # 收到，马上出发
        rf"(?P<verb>[12])(?P<code>)(?:{_STOP}+(?P<rest>.*))?",  # 1 | 1，马上出发; but not: 2 楼进水
    )
)
_UNSURE = re.compile(r"[不没未无别?？吗]|\b(?:not?|never|cannot|can't|but)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A verb, the code it is for (None: not said), and what else was written."""

    verb: Verb
    code: int | None
    reason: str


def understand(text: str) -> Said | None:
    """None when it is not surely one answer: then a person has to read it."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold().strip()
    plain = re.sub(rf"^{_GAP}+|{_GAP}+$", "", plain)
    for form in _FORMS:
        if found := form.fullmatch(plain):
            said = Said(_VERBS[found["verb"]], int(found["code"]) if found["code"] else None, (found["rest"] or "").strip())
            return None if _says_more_than_that(said) else said
    return None


def _says_more_than_that(said: Said) -> bool:
    """`收到，但是去不了` and `收到吗？` are no acknowledgements, `1 07 08` is two answers."""
    if said.reason and re.fullmatch(rf"(?:\d|{_GAP})+", said.reason):
        return True
    return said.verb is Verb.ACKNOWLEDGE and _UNSURE.search(said.reason) is not None
