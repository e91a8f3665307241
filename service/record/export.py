"""A journal handed over as files: its entries, the names they have tokens for, and a manifest that says what belongs to them.

Whoever gets them can check them without us: `check_export` opens no database.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.errors import BrokenJournalError
from flows.running import journal, names
from flows.running.exporting import Walked, lines, walk
from flows.running.names import token_of
from service.record.signature import check, sign
from store.database import Database

FORM = "tocsin-journal-1"
_SAYS = {"form", "response", "plan", "plan_digest", "entries", "first_hash", "last_hash", "file", "sha256"}
_SAYS |= {"names_file", "names_sha256", "made_at", "made_by"}


class ExportError(Exception):
    status = 422

    def __init__(self, file: str, fault: str) -> None:
        super().__init__(file, fault)
        self.file, self.fault = file, fault

    def __str__(self) -> str:
        return f"{self.file}: {self.fault}"


@dataclass(frozen=True, slots=True)
class Checked:
    response: str
    entries: int
    last: str
    names: int
    signed_by: str
    """Fingerprint of the key; empty where the manifest bears no signature."""


def manifest_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}.manifest.json")


def names_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}.names.json")


def write_export(
    database: Database, response: str, file: Path, now: datetime, *, key: bytes | None = None, with_names: bool = True
) -> list[Path]:
    """Writes the entries, the names and the manifest, in one state of the database. Errors: `UnknownNameError`, `ExportError`."""
    with database.read() as connection:
        head = journal.load(connection, response)
        known = names.known(connection, response)
        entries = list(lines(connection, response))
    walked = walk(response, entries)
    said = {
        "form": FORM,
        "response": response,
        "plan": head.state.plan,
        "plan_digest": head.state.digest,
        "entries": walked.entries,
        "first_hash": walked.first,
        "last_hash": walked.last,
        "file": file.name,
        "sha256": _digest(entries),
        "made_at": now.isoformat(),
        "made_by": f"tocsin {version('tocsin')}",
        "names_file": "",
        "names_sha256": "",
    }
    written = {file: b"".join(entries)}
    if with_names and known.salt:
        of_names = _json({"salt": known.salt, "names": dict(known.by_token)})
        written[names_of(file)] = of_names
        said |= {"names_file": names_of(file).name, "names_sha256": _digest([of_names])}
    signature = {"signature": sign(_canonical(said), key)} if key else {}
    written[manifest_of(file)] = _json(said | signature)
    for path, content in written.items():
        _write(path, content)
    return list(written)


def check_export(file: Path, manifest: Path) -> Checked:
    """Errors: `BrokenJournalError` at the first entry that differs, `ExportError`, `BrokenSignatureError`."""
    said = _manifest(manifest)
    signature = said.pop("signature", None)
    fingerprint = check(_canonical(said), signature) if signature else ""
    response = str(said["response"])
    walked = walk(response, _lines_of(file))
    _compare(response, walked, said)
    if _digest(_lines_of(file)) != said["sha256"]:
        raise ExportError(str(file), "every entry is right, but its bytes are not those of the manifest: it was written anew")
    return Checked(response, walked.entries, walked.last, _check_names(file, said), fingerprint)


def _compare(response: str, walked: Walked, said: dict[str, Any]) -> None:
    if walked.entries < said["entries"]:
        raise BrokenJournalError(response, walked.entries + 1, f"missing; the manifest tells of {said['entries']} entries")
    if walked.entries > said["entries"]:
        raise BrokenJournalError(response, said["entries"] + 1, f"added; the manifest tells of {said['entries']} entries")
    if walked.first != said["first_hash"]:
        raise BrokenJournalError(response, 1, "another first entry than the manifest tells of: the chain was written anew")
    if walked.last != said["last_hash"]:
        raise BrokenJournalError(response, walked.entries, "another last entry than the manifest tells of: written anew")


def _check_names(file: Path, said: dict[str, Any]) -> int:
    if not said["names_file"]:
        return 0
    path = file.with_name(Path(str(said["names_file"])).name)
    if not path.exists():
        return 0  # whoever handed it on has left out the names, which the entries allow
    content = path.read_bytes()
    if _digest([content]) != said["names_sha256"]:
        raise ExportError(str(path), "not the names of the manifest: altered")
    found = json.loads(content)
    if wrong := [name for token, name in found["names"].items() if token_of(found["salt"], name) != token]:
        raise ExportError(str(path), f"{wrong[0]!r} is not a name that the entries were written with")
    return len(found["names"])


def _manifest(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_bytes())
    except OSError as cause:
        raise ExportError(str(path), f"cannot be read ({cause.strerror}); expected the manifest of the export") from cause
    except ValueError as cause:
        raise ExportError(str(path), "no JSON; expected the manifest of the export") from cause
    if not isinstance(said, dict) or said.get("form") != FORM or said.keys() - {"signature"} != _SAYS:
        raise ExportError(str(path), f"no manifest of the form {FORM}; expected what 'tocsin response export' writes")
    return said


def _lines_of(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            yield from opened
    except OSError as cause:
        raise ExportError(str(file), f"cannot be read ({cause.strerror})") from cause


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _canonical(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as cause:
        raise ExportError(str(path), f"cannot be written ({cause.strerror})") from cause
