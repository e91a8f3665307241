"""What spoke against a decision, and why it was taken all the same, behind the sentence that says it was."""

from collections.abc import Callable

from flows.model.events import Closed, LevelChanged, StoodDown, both
from plans.model import Text


def all_the_same(what: Text, decided: StoodDown | LevelChanged | Closed) -> Text:
    if not decided.objections:
        return what
    zh = "；".join(each.zh for each in decided.objections)
    en = "; ".join(each.en for each in decided.objections)
    why = decided.although
    return Text(f"{what.zh}（当时{zh}；仍作此决定：{why}）", f"{what.en} (although {en}; all the same: {why})")


def ended(event: StoodDown | Closed, name: Callable[[str], str]) -> Text:
    """Who did it, who approved it, why, and what spoke against it."""
    by = name(event.by)
    if isinstance(event, Closed):
        what = Text(f"{by}归档", f"{by} closed the record")
    elif event.approved_by in ("", event.by):
        what = Text(f"{by}终止响应", f"{by} stood it down")
    else:
        approver = name(event.approved_by)
        what = Text(f"{by}终止响应，{approver}批准", f"{by} stood it down, approved by {approver}")
    why = both(event.reason)
    said = Text(f"{what.zh}：{why.zh}", f"{what.en}: {why.en}") if why.zh or why.en else what
    return all_the_same(said, event)
