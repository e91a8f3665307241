"""Bytes from anywhere to an XML element, or the reason why not. It decides what the parser may see, and fetches nothing."""

import codecs
import re

from lxml import etree

from alerts.defects import defect
from alerts.model import Defect

MAX_BYTES = 8 * 1024 * 1024
"""The largest real alert known has 1.7 MB."""
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 20_000
MAX_DEPTH = 40

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_PROLOG = re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_ENCODINGS = """
    utf-8 utf-16 utf-16-le utf-16-be utf-32 ascii iso8859-1 iso8859-2 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8
    iso8859-9 iso8859-13 iso8859-15 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u
    gb2312 gbk gb18030 big5 shift_jis euc_jp euc_kr
"""


def read_source(raw: bytes) -> etree._Element | Defect:
    """The root element of `raw`. Any DOCTYPE is refused before the parser sees the bytes."""
    if len(raw) > MAX_BYTES:
        return defect("too_large", size=len(raw), limit=MAX_BYTES)
    text = _decoded(raw)
    if isinstance(text, Defect):
        return text
    prolog = _PROLOG.match(text)
    if text.startswith("<!DOCTYPE", prolog.end() if prolog else 0):
        return defect("doctype")
    return _too_much(text) or _parsed(text)


def _decoded(raw: bytes) -> str | Defect:
    mark, encoding = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", ""))
    if not encoding:
        declared = _DECLARED.match(raw)
        encoding = declared[1].decode("ascii") if declared else "utf-8"
    body = raw[len(mark) :] if mark and not mark.startswith((b"<", b"\x00<")) else raw
    try:
        encoding = codecs.lookup(encoding).name
        if encoding not in _ENCODINGS.split() and not encoding.startswith(("utf-16", "utf-32")):
            return defect("encoding_unknown", encoding=encoding)
        return body.decode(encoding)
    except LookupError:
        return defect("encoding_unknown", encoding=encoding)
    except UnicodeDecodeError as cause:
        return defect("undecodable", encoding=encoding, position=cause.start)


def _too_much(text: str) -> Defect | None:
    """Counts before parsing, so that a small file cannot become a large tree."""
    if text.count("<") > 2 * MAX_ELEMENTS:
        return defect("too_many_elements", limit=MAX_ELEMENTS)
    if text.count('="') + text.count("='") > MAX_ATTRIBUTES:
        return defect("too_many_attributes", limit=MAX_ATTRIBUTES)
    return None


def _parsed(text: str) -> etree._Element | Defect:
    body = _DECLARATION.sub("", text, count=1).strip()
    if not body:
        return defect("not_xml", reason="the file is empty")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(body.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as cause:
        return defect("not_xml", reason=str(cause).partition(" (<string>")[0])
    if root.getroottree().docinfo.internalDTD is not None:
        return defect("doctype")
    return defect("too_deep", limit=MAX_DEPTH) if _is_too_deep(root) else root


def _is_too_deep(root: etree._Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return True
    return False
