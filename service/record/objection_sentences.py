"""What spoke against a decision, and why it was taken all the same, behind the sentence that says it was."""

from flows.model.events import Closed, LevelChanged, StoodDown
from plans.model import Text


def all_the_same(what: Text, decided: StoodDown | LevelChanged | Closed) -> Text:
    if not decided.objections:
        return what
    zh = "；".join(each.zh for each in decided.objections)
    en = "; ".join(each.en for each in decided.objections)
    why = decided.although
    return Text(f"{what.zh}（当时{zh}；仍作此决定：{why}）", f"{what.en} (although {en}; all the same: {why})")
