"""A backup becomes a data folder again, here or elsewhere; what is not whole is refused before anything is written."""

import hashlib
import shutil
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flows.errors import BrokenJournalError
from flows.running.restored import note_restored
from notifications.restoring import put_in_doubt
from service.backup.bundle import DATABASE, Manifest, read_manifest
from service.backup.errors import BackupError
from service.desk.verifying import every_verified
from service.folder import Folder
from service.wiring import Home
from store.clock import Clock
from store.copying import copy_from_file
from store.database import Database


@dataclass(frozen=True, slots=True)
class Restored:
    made_at: datetime
    responses: int
    open: tuple[str, ...]
    in_doubt: int
    """Messages that may have gone out after the backup."""


def restore(file: Path, into: Folder, clock: Clock) -> Restored:
    """Errors: `BackupError`, `NotEmptyError`, `StoreError`; nothing is left behind then."""
    if into.path.exists() and any(into.path.iterdir()):
        raise BackupError(str(into.path), "is not empty; restore into a folder that is empty or not there yet")
    try:
        with tarfile.open(file) as tar:
            manifest = read_manifest(tar, str(file))
            _check(tar, manifest, str(file))
            return _restored(tar, manifest, into, clock)
    except (OSError, tarfile.TarError, EOFError) as cause:
        raise BackupError(str(file), f"cannot be read as a backup: {cause}") from cause


def _restored(tar: tarfile.TarFile, manifest: Manifest, into: Folder, clock: Clock) -> Restored:
    was_there = into.path.exists()
    try:
        for name in manifest.files:
            _extract(tar, name, into.path / name)
        return _brought_up(manifest, into, clock)
    except BaseException:
        shutil.rmtree(into.path, ignore_errors=True)
        if was_there:
            into.path.mkdir(parents=True, exist_ok=True)
        raise


def _brought_up(manifest: Manifest, into: Folder, clock: Clock) -> Restored:
    if into.database_url:
        server = Database(into.database_url)
        copy_from_file(into.database, server)
        server.close()
        into.database.unlink()
    home = Home(into, clock)
    now = clock.now()
    try:
        found = every_verified(home.database)
        if broken := [each for each in found if each.fault]:
            raise BrokenJournalError(broken[0].response, broken[0].entry, broken[0].fault)
        with home.database.write() as connection:
            in_doubt = put_in_doubt(connection, manifest.made_at, now)
            noted = note_restored(connection, manifest.made_at, now)
    finally:
        home.database.close()
    return Restored(manifest.made_at, len(found), tuple(noted), in_doubt)


def _check(tar: tarfile.TarFile, manifest: Manifest, name: str) -> None:
    if DATABASE not in manifest.files:
        raise BackupError(name, "has no database in it")
    for path, digest in manifest.files.items():
        try:
            member = tar.extractfile(path)
        except KeyError:
            member = None
        if member is None:
            raise BackupError(name, f"{path} is missing in it")
        if _digest(member) != digest:
            raise BackupError(name, f"{path} is not what the manifest tells of: damaged or altered")


def _digest(member: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := member.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()


def _extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """As a plain file of ours, whatever the archive says of owners and modes."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    member = tar.extractfile(name)
    assert member is not None, "every file has been looked at"
    with member, target.open("wb") as written:
        shutil.copyfileobj(member, written)
    target.chmod(0o600)
