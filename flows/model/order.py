"""What every command of a person says: who gives it, and through which door it came."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPerson:
    by: str
    via: str = ""
