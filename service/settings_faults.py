"""What can be wrong in `tocsin.toml`, in words for whoever wrote it: the file, the table, the key, and what was expected."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

_UNKNOWN = "extra_forbidden"
_NOT_A_TABLE = ("model_type", "model_attributes_type")
_OURS = "value_error"


class SettingsError(Exception):
    status = 422

    def __init__(self, path: str, faults: Sequence[str]) -> None:
        super().__init__(path, faults)
        self.path, self.faults = path, faults

    def __str__(self) -> str:
        return "\n".join(f"{self.path}: {fault}" for fault in self.faults)


def faults_of(error: "ValidationError", settings: "type[BaseModel]") -> list[str]:
    """One line each, in the order of the settings."""
    return [_fault(each, settings) for each in error.errors()]


def _fault(error: "ErrorDetails", settings: "type[BaseModel]") -> str:
    place = [str(step) for step in error["loc"]]
    if error["type"] == _UNKNOWN:
        return f"{_where(place)}: {_unknown(place, settings)}"
    if error["type"] in _NOT_A_TABLE:
        return f"{place[-1]}: expected a table, written [{place[-1]}], found {error['input']!r}"
    if error["type"] == _OURS:
        return f"{_where(place, is_table=_is_table(place, settings))}: {error['ctx']['error']}"
    return f"{_where(place)}: found {error['input']!r}; expected {error['msg'].removeprefix('Input should be ')}"


def _where(place: Sequence[str], *, is_table: bool = False) -> str:
    if is_table:
        return f"[{'.'.join(place)}]"
    *table, key = place
    return f"[{'.'.join(table)}] {key}" if table else key


def _unknown(place: Sequence[str], settings: "type[BaseModel]") -> str:
    *table, key = place
    known = list(_section(table, settings).model_fields)
    near = get_close_matches(key, known, 1, 0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"there is no such setting; expected one of {', '.join(known)}{hint}"


def _is_table(place: Sequence[str], settings: "type[BaseModel]") -> bool:
    return isinstance(getattr(settings.model_fields[place[0]].default, "model_fields_set", None), set) and len(place) == 1


def _section(table: Sequence[str], settings: "type[BaseModel]") -> "type[BaseModel]":
    for name in table:
        settings = type(settings.model_fields[name].default)
    return settings
