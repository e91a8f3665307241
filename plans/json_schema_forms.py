"""The forms of single values as JSON Schema: texts, names, durations, levels. As wide as the reader, never narrower."""

from plans.model import Level
from plans.rules.known_channels import channels
from plans.rules.known_roles import relative

Json = dict[str, object]

NAME = "^[a-z][a-z0-9_]{0,39}$"
_level = "(?:I|II|III|IV|Ⅰ|Ⅱ|Ⅲ|Ⅳ)"
_decimal = "[+-]?[0-9.]+"
_interval = rf"(?:\[\s*{_decimal}|\()\s*,\s*(?:{_decimal})?\s*\)"

# a plan may write 1 or true where a text is expected: it is read as it stands
_text: Json = {"type": ["string", "number", "boolean"], "pattern": r"\S"}

FORMS: dict[str, Json] = {
    "text": _text,
    "name": {"type": "string", "pattern": rf"^\s*{NAME[1:-1]}\s*$"},
    "names": {"anyOf": [{"$ref": "#/$defs/name"}, {"type": "array", "items": {"$ref": "#/$defs/name"}}]},
    "change": {"type": "string", "pattern": rf"^\s*(?:finding\.)?{NAME[1:-1]}\s*$"},
    "changes": {"anyOf": [{"$ref": "#/$defs/change"}, {"type": "array", "items": {"$ref": "#/$defs/change"}}]},
    "texts": {"anyOf": [{"$ref": "#/$defs/text"}, {"type": "array", "items": {"$ref": "#/$defs/text"}}]},
    "condition": {**_text, "maxLength": 2000},
    "flag": {"type": "boolean"},
    "duration": {
        "type": "string",
        "pattern": r"^\s*[0-9]{1,6}(\.[0-9]{1,3})?\s*(s|min|h|d)\s*$",
        "examples": ["5 min", "2 h", "1 d", "90 s"],
    },
    "day": {"type": "string", "pattern": r"^\s*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\s*$"},
    "level_name": {"enum": [level.name for level in reversed(Level)]},
    "level": {"type": "string", "pattern": rf"^\s*{_level}\s*$", "examples": ["IV", "III", "II", "I"]},
    "level_range": {
        "type": "string",
        "pattern": rf"^\s*{_level}\s*(?:[-–—]\s*{_level}\s*)?$",
        "examples": ["IV-I", "III-I", "IV"],
    },
    "levels": {"anyOf": [{"$ref": "#/$defs/level_range"}, {"type": "array", "items": {"$ref": "#/$defs/level_range"}}]},
    "cadence": {"type": "string", "pattern": r"^\s*[0-9]{1,3}\s*(d|w|m|y)\s*$", "examples": ["2 y", "6 m"]},
    "told": {"anyOf": [{"enum": list(relative)}, {"$ref": "#/$defs/name"}]},
    "channels": {"anyOf": [{"enum": list(channels)}, {"type": "array", "items": {"enum": list(channels)}}]},
    "cell": {
        "anyOf": [
            {"$ref": "#/$defs/cell_value"},
            {"type": "array", "items": {"$ref": "#/$defs/cell_value"}},
        ]
    },
    "cell_value": {
        "type": ["string", "number", "boolean"],
        "pattern": rf"^\s*(?:[^\s\[(]|{_interval}\s*$)",
        "examples": ["[3, 10)", "[30, )"],
    },
    "value": {"type": ["number", "boolean", "string"]},
    "number": {"type": "number"},
}


def ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def either(*forms: Json) -> Json:
    return {"anyOf": list(forms)}


def one_of(*values: str) -> Json:
    return {"enum": list(values)}
