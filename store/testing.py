"""Where the stories of tests keep their database: a file of their folder, or a PostgreSQL that somebody has made for them."""

from pathlib import Path

ADDRESS = "postgresql-address"
"""A file with this name in the folder holds the address of the database."""


def place_in(folder: Path) -> Path | str:
    address = folder / ADDRESS
    return address.read_text() if address.exists() else folder / "tocsin.db"
