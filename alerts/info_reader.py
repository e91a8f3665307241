"""Reads `info`, `area` and `resource` blocks of a message."""

import base64
import binascii
import hashlib
import re
from datetime import datetime

from alerts.coordinates import circle_faults
from alerts.divisions import is_division_system, is_known_form
from alerts.fields import Fields
from alerts.model import Area, Certainty, Info, Resource, Severity, Urgency
from alerts.shapes import polygon_faults

_CATEGORIES = "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other"
_RESPONSES = "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None"
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_MAX_CONTENT = 6 * 1024 * 1024


def read_info(fields: Fields) -> Info:
    categories = fields.texts("category")
    if not categories:
        fields.note("value_missing", "category", element="category")
    event = fields.text("event")
    if not event:
        fields.note("event_missing", "event")
    return Info(
        language=_language(fields),
        event=event,
        categories=_listed(fields, "category", categories, _CATEGORIES),
        response_types=_listed(fields, "responseType", fields.texts("responseType"), _RESPONSES),
        urgency=fields.word("urgency", Urgency.UNKNOWN),
        severity=fields.word("severity", Severity.UNKNOWN),
        certainty=fields.word("certainty", Certainty.UNKNOWN),
        event_codes=fields.named("eventCode"),
        effective=fields.time("effective"),
        onset=fields.time("onset"),
        expires=_expires(fields),
        sender_name=fields.text("senderName"),
        headline=fields.text("headline"),
        description=fields.text("description"),
        instruction=fields.text("instruction"),
        web=fields.text("web"),
        contact=fields.text("contact"),
        parameters=fields.named("parameter"),
        resources=tuple(_resource(resource) for resource in fields.children("resource")),
        areas=tuple(_area(area) for area in fields.children("area")),
    )


def _language(fields: Fields) -> str:
    """Missing means en-US by the standard, but Chinese characters say otherwise."""
    given = fields.text("language")
    if given:
        return given
    text = f"{fields.text('event')} {fields.text('headline')}"
    if _HAN.search(text) and not _KANA_OR_HANGUL.search(text):
        fields.note("language_is_chinese", "language")
        return "zh-CN"
    return "en-US"


def _listed(fields: Fields, name: str, texts: tuple[str, ...], known: str) -> tuple[str, ...]:
    """The values in their order, in the standard's spelling; an unknown one is kept out and noted."""
    folded = {word.casefold(): word for word in known.split()}
    for text in texts:
        if text not in folded.values():
            fields.note("value_unknown", name, element=name, text=text[:60])
    return tuple(folded[text.casefold()] for text in texts if text.casefold() in folded)


def _expires(fields: Fields) -> datetime | None:
    expires = fields.time("expires")
    if expires is None:
        fields.note("expires_missing", "expires")
    return expires


def _resource(fields: Fields) -> Resource:
    content, uri = fields.text("derefUri"), fields.text("uri")
    if uri and not content and ":" not in uri.split("/")[0]:
        fields.note("uri_relative", "uri", text=uri[:60])
    size = fields.text("size")
    digest = fields.text("digest")
    return Resource(
        description=fields.required("resourceDesc"),
        mime_type=fields.text("mimeType"),
        uri=uri,
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
        digest=digest,
        has_content=bool(content) and _is_authentic(fields, content, digest),
    )


def _is_authentic(fields: Fields, content: str, digest: str) -> bool:
    if len(content) > _MAX_CONTENT:
        return False
    try:
        data = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        fields.note("content_unreadable", "derefUri")
        return False
    if digest and hashlib.sha1(data, usedforsecurity=False).hexdigest() != digest.casefold():
        fields.note("digest_mismatch", "digest")
        return False
    return True


def _area(fields: Fields) -> Area:
    area = Area(
        description=fields.text("areaDesc"),
        polygons=fields.texts("polygon"),
        circles=fields.texts("circle"),
        geocodes=fields.named("geocode"),
        altitude=fields.text("altitude"),
        ceiling=fields.text("ceiling"),
    )
    if not area.description:
        fields.note("area_without_description", "areaDesc")
    if area.ceiling and not area.altitude:
        fields.note("ceiling_without_altitude", "ceiling")
    for element, texts, faults in (("polygon", area.polygons, polygon_faults), ("circle", area.circles, circle_faults)):
        for number, text in enumerate(texts, start=1):
            for code in faults(text):
                fields.note(code, f"{element}[{number}]")
    for geocode in area.geocodes:
        if is_division_system(geocode.name) and not is_known_form(geocode.value):
            fields.note("geocode_unknown", "geocode", text=geocode.value[:40])
    return area
