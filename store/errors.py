"""What can go wrong with the database, in words for the person on call."""

from datetime import datetime


class StoreError(Exception):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: the database answered: {self.reason}; nothing was changed"


class NaiveMomentError(StoreError):
    """A time without its zone: on which clock it stands would be a guess."""

    def __init__(self, moment: datetime) -> None:
        Exception.__init__(self, moment)
        self.moment = moment

    def __str__(self) -> str:
        return (
            f"the time {self.moment.isoformat()} has no zone; expected one as in {self.moment.isoformat()}+08:00; "
            "nothing was changed"
        )


class DatabaseBusyError(StoreError):
    def __init__(self, path: str, seconds: float) -> None:
        Exception.__init__(self, path, seconds)
        self.path, self.seconds = path, seconds

    def __str__(self) -> str:
        return f"{self.path}: locked by another process for {self.seconds:g} s; nothing was changed, try again"


class DatabaseFullError(StoreError):
    def __init__(self, path: str) -> None:
        Exception.__init__(self, path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: the disk is full or not writable; nothing was changed; free some space and try again"


class SchemaVersionError(StoreError):
    def __init__(self, path: str, found: int, expected: int) -> None:
        Exception.__init__(self, path, found, expected)
        self.path, self.found, self.expected = path, found, expected

    def __str__(self) -> str:
        return (
            f"{self.path}: written by another version of Tocsin (schema {self.found}, this one expects {self.expected}); "
            "use that version, or set TOCSIN_HOME to an empty folder"
        )
