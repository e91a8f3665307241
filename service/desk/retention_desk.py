"""The bureau's rule of how long personal data is kept after a response has closed, applied: shown first, or done."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from flows.running import retention
from notifications import erasing
from plans.model import Text
from plans.quantities import in_words
from service.plain import Json
from service.settings import Retention
from service.wiring import Home


@dataclass(frozen=True, slots=True)
class Erasure:
    """What of one response is, or was, erased; `response` is empty for messages and replies that belong to none."""

    response: str
    names: int
    messages: int
    replies: int
    files: int

    def as_json(self) -> Json:
        return {name: getattr(self, name) for name in ("response", "names", "messages", "replies", "files")}


def look(home: Home) -> list[Erasure]:
    """What is due by the rule of tocsin.toml; nothing without a rule."""
    rule, found = home.settings.retention, list[Erasure]()
    with home.database.read() as connection:
        for response in _due(connection, home, rule.personal_data):
            held = erasing.of_response(connection, response)
            found.append(Erasure(response, retention.names_of(connection, response), held.messages, held.replies, 0))
        if rule.personal_data is not None:
            held = erasing.of_no_response(connection, home.clock.now() - rule.personal_data)
            found.append(Erasure("", 0, held.messages, held.replies, 0))
        evidence = {each: _files(home, each) for each in _due(connection, home, rule.evidence)}
    return _joined(found, evidence)


def keep_rule(home: Home) -> list[Erasure]:
    """Erases it, each response in a transaction of its own; again changes nothing. Error: `BrokenJournalError`."""
    rule, done = home.settings.retention, list[Erasure]()
    for due in look(home):
        if due.response and (due.names or due.messages or due.replies):
            _erase_of(home, due, rule)
        if not due.response and rule.personal_data is not None:
            with home.database.erase() as connection:
                erasing.erase_of_no_response(connection, home.clock.now() - rule.personal_data)
        if due.files:
            _erase_files(home, due, rule)
        done.append(due)
    return done


def _erase_of(home: Home, due: Erasure, rule: Retention) -> None:
    assert rule.personal_data is not None, "there is a rule by which it is due"
    length = in_words(rule.personal_data)
    words = Text(
        f"按保存期限（结束后 {length}）清除个人信息：姓名 {due.names}，消息 {due.messages}，回复 {due.replies}。",
        f"Erased by rule {length} after the end: {due.names} names, {due.messages} messages, {due.replies} replies.",
    )
    with home.database.erase() as connection:
        retention.erase_names(connection, due.response)
        erasing.erase_response(connection, due.response)
        retention.note_erased(connection, due.response, words, home.clock.now())


def _erase_files(home: Home, due: Erasure, rule: Retention) -> None:
    """The record first: what it says was erased must not still be there, but may be gone without it for a moment."""
    assert rule.evidence is not None, "there is a rule by which it is due"
    length = in_words(rule.evidence)
    words = Text(
        f"按保存期限（结束后 {length}）删除现场照片和文件 {due.files} 份，其校验值仍在记录中。",
        f"{due.files} evidence files deleted by rule ({length} after the end); their digests stay in the record.",
    )
    shutil.rmtree(_folder(home, due.response))
    with home.database.write() as connection:
        retention.note_erased(connection, due.response, words, home.clock.now())


def _due(connection: Connection, home: Home, kept: timedelta | None) -> list[str]:
    if kept is None:
        return []
    return [each.response for each in retention.closed_before(connection, home.clock.now() - kept)]


def _files(home: Home, response: str) -> int:
    folder = _folder(home, response)
    return sum(path.is_file() for path in folder.rglob("*")) if folder.exists() else 0


def _folder(home: Home, response: str) -> Path:
    return home.folder.evidence / response


def _joined(found: list[Erasure], evidence: dict[str, int]) -> list[Erasure]:
    """One line a response, and none where nothing is left."""
    by_response = {each.response: each for each in found}
    for response, files in evidence.items():
        known = by_response.get(response, Erasure(response, 0, 0, 0, 0))
        by_response[response] = Erasure(response, known.names, known.messages, known.replies, files)
    return [each for each in by_response.values() if each.names or each.messages or each.replies or each.files]
