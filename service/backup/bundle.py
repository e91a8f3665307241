"""A backup: one file (tar) with a copy of the database, the evidence, the bureau's plans and its settings, each with its digest.

It is made while everything runs. Evidence is copied after the database: what an entry names was kept before it was written.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from service.backup.errors import BackupError
from service.backup.shared_settings import without_secrets
from service.folder import Folder
from service.wiring import Home
from store import schema
from store.copying import copy_to_file

FORM = "tocsin-backup-1"
MANIFEST, DATABASE, SETTINGS, ALERTS = "manifest.json", "tocsin.db", "tocsin.toml", "alerts.toml"
LAST = "last-backup"
FOLDERS = ("evidence", "plans", "keys")


@dataclass(frozen=True, slots=True)
class Manifest:
    form: str
    made_at: datetime
    made_by: str
    schema: str
    database: str
    """What it was copied from: sqlite or postgresql."""
    has_secrets: bool
    files: dict[str, str]
    """SHA-256 by name."""

    def as_json(self) -> bytes:
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, ensure_ascii=False, indent=2).encode() + b"\n"


_adapter: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def make(home: Home, output: Path, *, with_secrets: bool = False) -> Manifest:
    """Errors: `BackupError`, `StoreError`. A file that is there is not overwritten."""
    if output.exists():
        raise BackupError(str(output), "is there already; name another file")
    draft = output.with_name(f"{output.name}.part")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent) as scratch, _private(draft) as written:
            copy = Path(scratch) / DATABASE
            made_at = home.clock.now()
            copy_to_file(home.database, copy)
            mode = "w:gz" if output.suffix in (".gz", ".tgz") else "w"
            with tarfile.open(fileobj=written, mode=mode) as tar:  # type: ignore[call-overload]  # the mode is one of two
                files = dict(_add_all(tar, home.folder, copy, with_secrets=with_secrets))
                kind = "sqlite" if home.database.is_of_one_machine else "postgresql"
                made_by = f"tocsin {version('tocsin')}"
                manifest = Manifest(FORM, made_at, made_by, schema.REVISION, kind, with_secrets, files)
                _add(tar, MANIFEST, manifest.as_json())
            written.flush()
            os.fsync(written.fileno())
        draft.rename(output)
        (home.folder.path / LAST).write_text(made_at.isoformat(), "ascii")
    except OSError as cause:
        raise BackupError(str(output), f"cannot be written ({cause.strerror or cause})") from cause
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def last_made(folder: Folder) -> datetime | None:
    """When the last backup of this folder was made; None: nothing is known of one."""
    try:
        return datetime.fromisoformat((folder.path / LAST).read_text("ascii"))
    except (OSError, ValueError):
        return None


def read_manifest(tar: tarfile.TarFile, name: str) -> Manifest:
    """Error: `BackupError`."""
    try:
        member = tar.extractfile(MANIFEST)
        manifest = _adapter.validate_json(member.read()) if member else None
    except (KeyError, ValidationError) as cause:
        raise BackupError(name, f"has no manifest; expected a file that 'tocsin backup' has written ({FORM})") from cause
    if manifest is None or manifest.form != FORM:
        raise BackupError(name, f"is of another form; expected {FORM}")
    for path in manifest.files:
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or not (len(parts.parts) == 1 or parts.parts[0] in FOLDERS):
            raise BackupError(name, f"names the file {path!r}, which is none of a data folder")
    return manifest


def _add_all(tar: tarfile.TarFile, folder: Folder, copy: Path, *, with_secrets: bool) -> Iterator[tuple[str, str]]:
    yield DATABASE, _add_file(tar, DATABASE, copy)
    for name in FOLDERS if with_secrets else FOLDERS[:-1]:
        for path in sorted((folder.path / name).rglob("*")):
            if path.is_file() and not path.name.startswith("draft-"):
                inside = path.relative_to(folder.path).as_posix()
                yield inside, _add_file(tar, inside, path)
    if folder.settings.exists():
        text = folder.settings.read_text("utf-8")
        shared = text if with_secrets else without_secrets(text)
        if shared is not None:
            yield SETTINGS, _add(tar, SETTINGS, shared.encode())
    if folder.alert_sources.exists():
        yield ALERTS, _add_file(tar, ALERTS, folder.alert_sources)


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        member = tar.gettarinfo(arcname=name, fileobj=file)
        member.mode = 0o600
        tar.addfile(member, file)
    return digest


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> str:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))
    return hashlib.sha256(content).hexdigest()


def _private(path: Path) -> io.BufferedWriter:
    """People's numbers are in it: the owner alone may read it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
