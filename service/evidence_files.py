"""Files that people send as evidence: kept by their hash in the data folder, told by their content, bounded in size."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from starlette.datastructures import UploadFile

LARGEST = 8 * 1024 * 1024
_KINDS = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF8", ".gif"),
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"RIFF", ".webp"),
)
_ISO_MEDIA = ".mp4"


class EvidenceFileError(Exception):
    status = 413

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name}: 文件超过 8 MB，请压缩后再传 / over 8 MB; send a smaller one. 内容未保存 / nothing was kept"


def keep(folder: Path, response: str, upload: UploadFile) -> str:
    """`NAME sha256:HASH`, or nothing for an empty field. The name is only shown, never used as a path."""
    content = _read(upload.file, upload.filename or "")
    if not content:
        return ""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / response / f"{digest}{suffix_of(content)}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        draft.rename(path)
    name = "".join(letter for letter in (upload.filename or "file") if letter.isprintable())[:80]
    return f"{name} sha256:{digest}"


def suffix_of(content: bytes) -> str:
    """By its first bytes, whatever the sender calls it."""
    if content[4:8] == b"ftyp":
        return _ISO_MEDIA
    return next((suffix for magic, suffix in _KINDS if content.startswith(magic)), ".bin")


def _read(file: BinaryIO, name: str) -> bytes:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise EvidenceFileError(name)
    return content
