"""Finds the alerts in what was handed in: a CAP message alone, or several inside Atom, RSS, EDXL-DE or anything else."""

from dataclasses import dataclass

from lxml import etree

from alerts.defects import defect
from alerts.fields import local_name, namespace, text_of
from alerts.model import Defect

VERSIONS = {
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "http://www.incident.com/cap/1.0": "1.0",
}
_ENTRIES = ("entry", "item")
_FEEDS = ("feed", "rss", "RDF")


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """`alerts` are the CAP elements with the place where each was found; `defects` are about the envelope."""

    alerts: tuple[tuple[str, etree._Element], ...]
    defects: tuple[Defect, ...] = ()


def unwrap(root: etree._Element) -> Unwrapped:
    found = [element for element in root.iter("{*}alert") if namespace(element) in VERSIONS and not _is_inside_another(element)]
    if found:
        return Unwrapped(tuple(_placed(found, root)))
    if local_name(root) == "alert":
        return Unwrapped((), (defect("namespace_unknown", "/alert", tag="alert", namespace=namespace(root)[:100]),))
    return Unwrapped((), _without_alerts(root))


def _is_inside_another(element: etree._Element) -> bool:
    """An alert hidden inside another one is content of that one, not a message."""
    return any(local_name(parent) == "alert" and namespace(parent) in VERSIONS for parent in element.iterancestors("{*}*"))


def _placed(found: list[etree._Element], root: etree._Element) -> list[tuple[str, etree._Element]]:
    if found == [root]:
        return [("/alert", root)]
    return [(f"/{local_name(root)}//alert[{number}]", element) for number, element in enumerate(found, start=1)]


def _without_alerts(root: etree._Element) -> tuple[Defect, ...]:
    tag, place = local_name(root), f"/{local_name(root)}"
    if tag not in _FEEDS:
        code = "no_alert" if tag == "EDXLDistribution" or not namespace(root) else "namespace_unknown"
        return (defect(code, place, tag=tag[:60], namespace=namespace(root)[:100]),)
    entries = [element for element in root.iter("{*}*") if local_name(element) in _ENTRIES]
    if not entries:
        return (defect("index_empty", place),)
    return (defect("index_only", place, entries=len(entries)), *_incomplete(entries, place))


def _incomplete(entries: list[etree._Element], place: str) -> list[Defect]:
    found = []
    for number, entry in enumerate(entries, start=1):
        names = {local_name(child) for child in entry.iterchildren("{*}*") if text_of(child) or child.attrib}
        wanted = {"title": {"title"}, "link": {"link"}, "id": {"id", "guid"}}
        missing = ", ".join(name for name, any_of in wanted.items() if not names & any_of)
        if missing:
            found.append(defect("entry_incomplete", f"{place}//{local_name(entry)}[{number}]", missing=missing))
    return found
