"""Makes the mappings of the JSON Schema: whole ones for a plan that stands alone, partial ones where files stand on others."""

from collections.abc import Iterable, Mapping

from plans.json_schema_forms import NAME, Json, either, ref
from plans.json_schema_words import WORDS

_nothing: Json = {"type": "null"}


class Maker:
    """`partial`: no key is required, and an empty value removes one that a base brings."""

    def __init__(self, *, partial: bool) -> None:
        self.partial = partial

    def name(self, kind: str) -> str:
        return f"part_of_{kind}" if self.partial else kind

    def ref(self, kind: str) -> Json:
        return ref(self.name(kind))

    def mapping(self, kind: str, keys: Mapping[str, Json], required: Iterable[str]) -> Json:
        """`kind` names the words that an editor shows for each key."""
        properties = {key: {"description": WORDS[kind][key]} | self.removable(form) for key, form in keys.items()}
        mapping: Json = {"type": "object", "properties": properties, "additionalProperties": False}
        return mapping if self.partial else mapping | {"required": list(required)}

    def named(self, value: Json, without: Iterable[str] = ()) -> Json:
        """A mapping from names of the author's to values of one form; `without`: words that are no names."""
        names: Json = {"pattern": NAME}
        words = list(without)
        return self.free(value) | {"propertyNames": names | ({"not": {"enum": words}} if words else {})}

    def free(self, value: Json) -> Json:
        """A mapping with any keys."""
        return {"type": "object", "additionalProperties": self.removable(value)}

    def by_level(self, value: Json) -> Json:
        return self.free(value) | {"propertyNames": ref("level_name")}

    def durations(self) -> Json:
        """One duration, or durations by level."""
        return either(ref("duration"), self.by_level(ref("duration")))

    def removable(self, form: Json) -> Json:
        return either(form, _nothing) if self.partial else form


def where(key: str, values: Iterable[str], then: Json) -> Json:
    """What else is asked of a mapping in which a key has one of these values."""
    return {"if": {"properties": {key: {"enum": list(values)}}, "required": [key]}, "then": then}
