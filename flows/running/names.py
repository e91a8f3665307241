"""Names of people are kept beside the journal: an entry has a token in place of each, so that a name can go and the chain holds.

A token is a salted digest: whoever has the name and the salt can prove it, and without the salt nobody can guess the name.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select

from flows.model.events import Event, LadderAdvanced, TaskCalledAnew, Told
from flows.running.tables import book_of
from plans.model import Text
from store.clock import new_token

ERASED = "（姓名已清除 name erased）"
_TOKEN = "~[0-9a-f]{32}"  # noqa: S105 - no secret, the form of one
# a name stands behind the identifier of its person, in a list of people told or in a mapping of names; or within a sentence
_OF_SOMEBODY = rf'"(?P<person>(?:[^"\\]|\\.)*)"(?P<between>(?:,"name")?:")(?P<own>{_TOKEN})(?=")'
_PLACE = re.compile(rf"{_OF_SOMEBODY}|(?P<said>{_TOKEN})")
_SAID = re.compile(_TOKEN)
_SALT, _GONE = "", "erased"
"""The tokens of the row that holds the salt, and of the one that is left when names have been erased."""

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Names:
    """Those of one response, by token."""

    salt: str
    by_token: Mapping[str, str]
    has_erased: bool = False
    """There were others, which have been erased."""

    def restored(self, body: str) -> str:
        """The content of an entry with its names; where they were erased, people are called by their identifiers."""
        if "~" not in body:
            return body
        return _PLACE.sub(self._name_at, body) if self.has_erased else _SAID.sub(self._name_of, body)

    def token(self, name: str) -> str:
        return token_of(self.salt, name)

    def wrong(self) -> tuple[str, ...]:
        """Names that are not those which the entries were written with."""
        return tuple(name for token, name in self.by_token.items() if self.token(name) != token)

    def _name_of(self, found: re.Match[str]) -> str:
        """What a person has typed may look like a token, and stands for no name."""
        name = self.by_token.get(found[0])
        return found[0] if name is None else _quoted(name)

    def _name_at(self, found: re.Match[str]) -> str:
        person, token = found["person"], found["own"] or found["said"]
        name = self.by_token.get(token)
        written = _quoted(name or ERASED)
        if person is None:
            return written
        return f'"{person}"{found["between"]}{written if name else person}'


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)[1:-1]


def token_of(salt: str, name: str) -> str:
    return "~" + hashlib.sha256(f"{salt}\0{name}".encode()).hexdigest()[:32]


def known(connection: Connection, response: str) -> Names:
    table = book_of(response).names
    rows = connection.execute(select(table.c.token, table.c.name).where(table.c.response == response))
    by_token = {row.token: row.name for row in rows}
    return Names(by_token.pop(_SALT, ""), by_token, by_token.pop(_GONE, None) is not None)


def hidden(connection: Connection, response: str, history: Sequence[Event]) -> list[Event]:
    """The events as the journal keeps them; names that are new are kept beside it."""
    mentioned = {name for event in history for name in _mentioned(event)}
    if not (mentioned or any(_tells_a_name(event) for event in history)):
        return list(history)
    names = known(connection, response)
    new = mentioned - set(names.by_token.values())
    if new:
        names = _with(connection, response, names, sorted(new))
    tokens = {name: token for token, name in names.by_token.items()}
    return [_without_names(event, tokens) for event in history]


def erase(connection: Connection, response: str) -> int:
    """For ever, with the salt. Returns how many names there were."""
    table, names = book_of(response).names, known(connection, response)
    connection.execute(delete(table).where(table.c.response == response))
    if names.salt or names.has_erased:
        connection.execute(insert(table).values(response=response, token=_GONE, name=""))
    return len(names.by_token)


def _with(connection: Connection, response: str, names: Names, new: Sequence[str]) -> Names:
    salt = names.salt or new_token(16)
    added = {token_of(salt, name): name for name in new}
    rows = added if names.salt else {_SALT: salt, **added}
    values = [{"response": response, "token": token, "name": name} for token, name in rows.items()]
    connection.execute(insert(book_of(response).names), values)
    return Names(salt, {**names.by_token, **added}, names.has_erased)


def _mentioned(event: Event) -> set[str]:
    people: tuple[Told, ...] = (*getattr(event, "told", ()), *getattr(event, "released", ()))
    return {told.name for told in people} | set(getattr(event, "names", {}).values())


def _tells_a_name(event: Event) -> bool:
    """The engine's own reason says who has declined or cannot be reached."""
    return isinstance(event, LadderAdvanced | TaskCalledAnew) and isinstance(event.reason, Text)


def _without_names(event: E, tokens: Mapping[str, str]) -> E:
    changed: dict[str, object] = {}
    for field in fields(event):
        if field.name in ("told", "released") and (people := getattr(event, field.name)):
            changed[field.name] = tuple(replace(told, name=tokens[told.name]) for told in people)
        elif field.name == "names" and (names := getattr(event, field.name)):
            changed[field.name] = {person: tokens[name] for person, name in names.items()}
        elif field.name == "reason" and _tells_a_name(event):
            changed[field.name] = _without(getattr(event, field.name), tokens)
    rewrite: Callable[..., E] = replace
    return rewrite(event, **changed) if changed else event


def _without(reason: Text, tokens: Mapping[str, str]) -> Text:
    """The longest name first: one may be the beginning of another."""
    zh, en = reason.zh, reason.en
    for name in sorted(tokens, key=len, reverse=True):
        zh, en = zh.replace(name, tokens[name]), en.replace(name, tokens[name])
    return Text(zh, en)
