"""The data folder, `TOCSIN_HOME`, and the names of the files in it; read without the settings, which cost more."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """The data folder and the files in it."""

    path: Path
    database_url: str = ""
    """Of PostgreSQL; empty: the file in the folder."""

    @property
    def place(self) -> Path | str:
        """Where the database is."""
        return self.database_url or self.database

    @property
    def database(self) -> Path:
        return self.path / "tocsin.db"

    @property
    def settings(self) -> Path:
        return self.path / "tocsin.toml"

    @property
    def plans(self) -> Path:
        """The bureau's own plans; they come before the shipped library."""
        return self.path / "plans"

    @property
    def alert_sources(self) -> Path:
        return self.path / "alerts.toml"

    @property
    def evidence(self) -> Path:
        """What people sent from their phones, by response."""
        return self.path / "evidence"

    @property
    def logs(self) -> Path:
        return self.path / "logs"


def folder_from_environment() -> Folder:
    """`TOCSIN_HOME`, or the per-user default: `$XDG_DATA_HOME/tocsin`, else `~/.local/share/tocsin`; `TOCSIN_DATABASE_URL`."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    named = os.environ.get("TOCSIN_HOME")
    path = Path(named).expanduser() if named else Path(base) / "tocsin"
    return Folder(path, os.environ.get("TOCSIN_DATABASE_URL", ""))
