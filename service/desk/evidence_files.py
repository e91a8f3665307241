"""Files that people send as evidence: kept by their hash in the data folder, told by their content, bounded in size."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from notifications.rendered import clean
from plans.model import Text
from store.clock import new_token

LARGEST = 8 * 1024 * 1024
IMAGES = frozenset({".jpg", ".png", ".gif", ".webp", ".heic"})
_MAGIC = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF8", ".gif"),
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"\xd0\xcf\x11\xe0", ".ole"),
)
_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_REFERENCE = re.compile(r".{0,80} sha256:([0-9a-f]{64})")


class EvidenceFileError(Exception):
    """`told` says it in both languages; nothing was kept."""

    def __init__(self, name: str, status: int, told: Text) -> None:
        super().__init__(name, status, told)
        self.name, self.status, self.told = name, status, told

    def __str__(self) -> str:
        return f"{self.name}: {self.told.zh} / {self.told.en}"


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """The files of one response."""

    folder: Path

    def keep(self, name: str, content: bytes, *, image: bool) -> str:
        """A reference, `NAME sha256:HASH`. The name is only shown, never used as a path. Error: `EvidenceFileError`."""
        shown = clean(name, 80) or "file"
        suffix = suffix_of(content)
        if len(content) > LARGEST:
            raise EvidenceFileError(shown, 413, Text("文件超过 8 MB，请压缩或分开上传", "over 8 MB; send a smaller file"))
        if image and suffix not in IMAGES:
            raise EvidenceFileError(
                shown, 415, Text("不是照片，请上传 JPEG、PNG、HEIC 等图片", "not a photo; send JPEG, PNG, HEIC or the like")
            )
        digest = hashlib.sha256(content).hexdigest()
        try:
            self._write(f"{digest}{suffix}", content)
        except OSError as cause:
            told = Text(
                "服务器无法保存文件，请稍后再试或致电值班室",
                "the server cannot keep the file; try again, or call the duty office",
            )
            raise EvidenceFileError(shown, 507, told) from cause
        return f"{shown} sha256:{digest}"

    def holds(self, reference: str) -> bool:
        """Whether this is a reference to a file kept here."""
        found = _REFERENCE.fullmatch(reference)
        return found is not None and any(self.folder.glob(f"{found[1]}.*"))

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        if path.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # two who send the same file at once must not share a draft
        draft = self.folder / f"draft-{new_token()}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)


def suffix_of(content: bytes) -> str:
    """By its first bytes, whatever the sender calls it."""
    if content[4:8] == b"ftyp":
        return ".heic" if content[8:12] in _HEIC else ".mp4"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return ".webp"
    known = next((suffix for magic, suffix in _MAGIC if content.startswith(magic)), "")
    return known or (".txt" if _is_text(content) else ".bin")


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
