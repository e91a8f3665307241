"""Plain JSON values, as every door gives them out."""

from typing import Any

from plans.model import Text

Json = dict[str, Any]


def text_view(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}
