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
    def __init__(self, path: str, found: str, expected: str) -> None:
        Exception.__init__(self, path, found, expected)
        self.path, self.found, self.expected = path, found, expected

    def __str__(self) -> str:
        return (
            f"{self.path}: written by another version of Tocsin (schema {self.found}, this one expects {self.expected}); "
            "use that version, or name another database (TOCSIN_HOME, TOCSIN_DATABASE_URL)"
        )


class DatabaseLostError(StoreError):
    """Not there, or gone in the middle of it."""

    def __str__(self) -> str:
        return f"{self.path}: cannot be reached: {self.reason}; nothing was changed, try again"


class CommitInDoubtError(StoreError):
    """The connection broke between the word to keep it and the answer."""

    def __init__(self, path: str) -> None:
        Exception.__init__(self, path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"{self.path}: the connection broke while a change was being committed; it was kept whole or not at all: "
            "look which, before you repeat it"
        )


class DatabaseAddressError(StoreError):
    """It does not repeat the address, in which there may be a password."""

    def __init__(self) -> None:
        Exception.__init__(self)

    def __str__(self) -> str:
        return (
            "TOCSIN_DATABASE_URL is not the address of a database; expected postgresql://USER:PASSWORD@HOST:PORT/NAME, "
            "with what is special in the password written as %XX; left out, the database is a file in the data folder"
        )
