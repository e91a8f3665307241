"""Reads the children of one element by local name, noting defects with the path where each was found."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from alerts.defects import Defects
from alerts.model import Named
from alerts.times import read_time

Word = TypeVar("Word", bound=StrEnum)

_string_value = etree.XPath("string()")  # without comments, with CDATA

_ALERT = """
    identifier sender password sent status msgType source scope restriction addresses code note references incidents info
    Signature
"""
_INFO = """
    language category event responseType urgency severity certainty audience eventCode effective onset expires senderName
    headline description instruction web contact parameter resource area
"""
_RESOURCE = "resourceDesc mimeType size uri derefUri digest"
_AREA = "areaDesc polygon circle geocode altitude ceiling"
_REPEATED = "code info Signature category responseType eventCode parameter resource area polygon circle geocode"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ORDERS = {"alert": _words(_ALERT), "info": _words(_INFO), "resource": _words(_RESOURCE), "area": _words(_AREA)}


class Fields:
    """One element's children. `path` is an XPath-like place for people: `/alert/info[2]/area[1]`."""

    def __init__(self, element: etree._Element, path: str, defects: Defects, zone: str) -> None:
        self.element, self.path, self.defects, self.zone = element, path, defects, zone
        self._children: dict[str, list[etree._Element]] = {}
        for child in element.iterchildren("{*}*"):
            if namespace(child) == namespace(element) or local_name(child) == "Signature":
                self._children.setdefault(local_name(child), []).append(child)
        self._check_structure()

    def note(self, code: str, at: str = "", /, **data: object) -> None:
        """`at` is the child that the defect is about."""
        self.defects.add(code, f"{self.path}/{at}" if at else self.path, **data)

    def children(self, name: str) -> Iterator["Fields"]:
        for number, child in enumerate(self._children.get(name, ()), start=1):
            yield Fields(child, f"{self.path}/{name}[{number}]", self.defects, self.zone)

    def has(self, name: str) -> bool:
        return name in self._children

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(text for child in self._children.get(name, ()) if (text := text_of(child)))

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def required(self, name: str) -> str:
        text = self.text(name)
        if not text:
            self.note("value_missing", name, element=name)
        return text

    def time(self, name: str) -> datetime | None:
        """A time that may be missing; one that cannot be read counts as missing."""
        text = self.text(name)
        if not text:
            return None
        read = read_time(text, self.zone)
        for code in read.codes:
            self.note(code, name, element=name, text=text[:60], zone=self.zone)
        return read.instant

    def word(self, name: str, unknown: Word, *, is_required: bool = True) -> Word:
        """A word of a closed list; anything else is `unknown` and a defect."""
        text = self.required(name) if is_required else self.text(name)
        return unknown if not text else self.known(name, text, unknown)

    def known(self, name: str, text: str, unknown: Word) -> Word:
        words = type(unknown)
        if text in words.__members__.values():
            return words(text)
        folded = {word.casefold(): word for word in words} | ({"very likely": words("Likely")} if name == "certainty" else {})
        self.note("value_unknown", name, element=name, text=text[:60])
        return folded.get(text.casefold(), unknown)

    def named(self, name: str) -> tuple[Named, ...]:
        """`(valueName, value)` pairs; CAP 1.0 wrote `NAME=value` as text."""
        pairs = []
        for child in self._children.get(name, ()):
            inner = {local_name(part): text_of(part) for part in child.iterchildren("{*}*")}
            if not inner:
                key, _, value = text_of(child).partition("=")
                inner = {"valueName": key.strip(), "value": value.strip()}
            pairs.append(Named(inner.get("valueName", ""), inner.get("value", "")))
        return tuple(pairs)

    def _check_structure(self) -> None:
        order = _ORDERS.get(local_name(self.element), ())
        last = 0
        for child in self.element.iterchildren("{*}*") if order else ():
            name = local_name(child)
            if name not in order or child not in self._children.get(name, ()):
                self.note("element_foreign", element=name[:60])
                continue
            if order.index(name) < last:
                self.note("element_order", element=name)
            last = max(last, order.index(name))
        for name, children in self._children.items():
            if order and len(children) > 1 and name in order and name not in _words(_REPEATED):
                self.note("element_repeated", element=name)


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def text_of(element: etree._Element) -> str:
    return str(_string_value(element)).strip()


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""
