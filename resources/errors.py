"""What can go wrong with people and roster, in words for the person on call; and `Fault`, one thing wrong in a file."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what, what was expected, how to mend it. A warning does not stop the import."""

    file: str
    line: int
    column: str
    text: str
    warning: bool = False

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line), self.column) if part)
        return f"{place}: {'warning: ' if self.warning else ''}{self.text}"


class ResourceError(Exception):
    """Base of what this folder raises."""


class RosterFaultsError(ResourceError):
    """The files were read and must be mended first; `faults` holds all of them in reading order, warnings too."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(tuple(faults))
        self.faults = tuple(faults)

    def __str__(self) -> str:
        errors = sum(not fault.warning for fault in self.faults)
        lines = "\n".join(str(fault) for fault in self.faults)
        return f"{lines}\n{errors} {'fault' if errors == 1 else 'faults'}; nothing was imported"


class RosterFileError(ResourceError):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: cannot be read: {self.reason}; nothing was imported"


class UnknownZoneError(ResourceError):
    def __init__(self, zone: str) -> None:
        super().__init__(zone)
        self.zone = zone

    def __str__(self) -> str:
        return f"there is no time zone {self.zone!r} on this machine; expected an IANA name, as in Asia/Shanghai"
