"""Sentences of the record about what was written into it, and about people outside the directory who were told."""

from collections.abc import Callable

from flows.model.events import ENGINE, NoteAdded, PublicTold, both
from plans.basics import Text


def said(event: NoteAdded | PublicTold, name: Callable[[str], str]) -> Text:
    by = name(event.by)
    if isinstance(event, NoteAdded):
        note = both(event.text)
        return note if event.by == ENGINE else Text(f"{by}记事：{note.zh}", f"{by} noted: {note.en}")
    approver = "" if event.approved_by == event.by else name(event.approved_by)
    zh, en = (f"，{approver}批准", f", approved by {approver}") if approver else ("", "")
    return Text(
        f"{by}向公众告知{zh}：名单“{event.audience}”{event.people}人：{event.text}",
        f"{by} told the public{en}: {event.people} people of the list {event.audience!r}: {event.text}",
    )
