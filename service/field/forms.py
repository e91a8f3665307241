"""What a phone sends: read with bounds, evidence checked field by field before the engine is asked. Nothing typed is lost."""

import math
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from notifications.rendered import clean
from plans.model import EvidenceField, EvidenceType, Text
from service.desk.evidence_files import LARGEST, EvidenceFileError, EvidenceFiles
from service.desk.evidence_times import is_on_the_clock

LARGEST_FORM = 40 * 1024 * 1024
LONGEST_REASON, LONGEST_TEXT, LONGEST_REPORT = 500, 2000, 20_000
PREFIX = "evidence."


class FormError(Exception):
    def __init__(self, status: int, told: Text) -> None:
        super().__init__(status, told)
        self.status, self.told = status, told

    def __str__(self) -> str:
        return f"{self.told.zh} / {self.told.en}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`values` for the engine, `faults` by field: the words that say what is wrong (a key of `WORDS`, or both languages)."""

    values: Mapping[str, tuple[str, ...]]
    faults: Mapping[str, str | Text]

    @property
    def for_engine(self) -> dict[str, str | tuple[str, ...]]:
        return {name: each[0] if len(each) == 1 else each for name, each in self.values.items() if each}


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[FormData]:
    """However it is sent, no more than `LARGEST_FORM` is ever taken in. Error: `FormError`."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST_FORM:
        raise _too_large()
    capped = Request(request.scope, _capped(request.receive))
    try:
        form = await capped.form(max_files=30, max_fields=100, max_part_size=64 * 1024)
    except HTTPException as cause:
        told = Text("提交的内容不完整，请再试一次", "what arrived was not whole; send it again")
        raise FormError(400, told) from cause
    except OSError as cause:
        # what is large is laid down on disk while it is read
        told = Text(
            "服务器无法接收文件，请稍后再试或致电值班室", "the server cannot take files now; try again, or call the duty office"
        )
        raise FormError(507, told) from cause
    try:
        yield form
    finally:
        await form.close()


def text_of(form: FormData, name: str, longest: int = LONGEST_REASON) -> str:
    value = form.get(name, "")
    return clean(value, longest) if isinstance(value, str) else ""


def lines_of(form: FormData, name: str, longest: int = LONGEST_REPORT) -> str:
    """A text of several lines, each without what could disturb a reader."""
    value = form.get(name, "")
    lines = value[:longest].splitlines() if isinstance(value, str) else ()
    return "\n".join(clean(line, longest) for line in lines).strip()


def evidence_of(
    fields: Iterable[EvidenceField], form: FormData, files: EvidenceFiles, zone: tzinfo, *, may_lack: bool
) -> Evidence:
    """Every field asked for; files are kept even when another field is wrong, so that they need not be sent again."""
    values: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str | Text] = {}
    for field in fields:
        sent = form.getlist(f"{PREFIX}{field.name}")
        try:
            values[field.name] = tuple(_values(field, sent, files, zone))
        except _FieldFaultError as fault:
            values[field.name] = _typed(field, sent)
            faults[field.name] = fault.word
        except EvidenceFileError as fault:
            faults[field.name] = fault.told
        else:
            if field.required and not values[field.name] and not may_lack:
                faults[field.name] = "missing"
    return Evidence(values, faults)


class _FieldFaultError(Exception):
    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def _values(field: EvidenceField, sent: Iterable[str | UploadFile], files: EvidenceFiles, zone: tzinfo) -> Iterable[str]:
    if field.type in (EvidenceType.FILE, EvidenceType.IMAGE):
        kept = [reference for each in sent if (reference := _file(field, each, files))]
        return kept if field.many else kept[-1:]
    return [_value(field.type, each, zone) for each in _typed(field, sent)]


def _typed(field: EvidenceField, sent: Iterable[str | UploadFile]) -> tuple[str, ...]:
    """What was typed; a field that takes several has one a line."""
    texts = [each for each in sent if isinstance(each, str)]
    lines = [line for text in texts for line in text.splitlines()] if field.many else texts
    return tuple(cleaned for line in lines if (cleaned := clean(line, LONGEST_TEXT)))


def _file(field: EvidenceField, sent: str | UploadFile, files: EvidenceFiles) -> str:
    if isinstance(sent, str):
        if sent and not files.holds(sent):
            raise _FieldFaultError("not_kept")
        return sent
    content = sent.file.read(LARGEST + 1)
    return files.keep(sent.filename or "", content, image=field.type is EvidenceType.IMAGE) if content else ""


def _value(kind: EvidenceType, text: str, zone: tzinfo) -> str:
    match kind:
        case EvidenceType.NUMBER:
            return _number(text)
        case EvidenceType.TIME:
            return _time(text, zone)
        case EvidenceType.BOOLEAN if text not in ("true", "false"):
            raise _FieldFaultError("not_boolean")
        case _:
            return text


def _number(text: str) -> str:
    try:
        number = float(text)
    except ValueError as cause:
        raise _FieldFaultError("not_number") from cause
    if not math.isfinite(number):
        raise _FieldFaultError("not_number")
    return text


def _time(text: str, zone: tzinfo) -> str:
    """A phone's clock field says no zone: it means the bureau's. Which day `21:00` was, the desk knows."""
    if is_on_the_clock(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as cause:
        raise _FieldFaultError("not_time") from cause
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _capped(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_FORM:
            raise _too_large()
        return message

    return counted


def _too_large() -> FormError:
    told = Text("上传内容过大，请每次少传几个文件（最多 40 MB）", "too much at once; send fewer files (40 MB at most)")
    return FormError(413, told)
