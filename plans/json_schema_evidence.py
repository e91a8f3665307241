"""What people fill in as JSON Schema: `photo: [image]`, `{type: …, title: …}`, `{fact: …}` or `{finding: …}`."""

from plans.json_schema_forms import NAME, Json, either, one_of, ref
from plans.json_schema_maker import Maker
from plans.model import EvidenceType

_kinds = [each.value for each in EvidenceType if each is not EvidenceType.CHOICE]
_short = [kind + end for kind in _kinds for end in ("", "?")]
_long = [each.value + end for each in EvidenceType for end in ("", "?")]
_choices = ["choice", "choice?"]


def evidence(make: Maker) -> Json:
    several: Json = {"type": "array", "minItems": 1, "maxItems": 1}
    short = either(one_of(*_short), several | {"items": one_of(*_short)})
    keys: dict[str, Json] = {
        "type": either(one_of(*_long), several | {"items": one_of(*_long)}),
        "title": make.ref("bilingual"),
        "of": either(ref("texts"), make.free(make.ref("bilingual"))),
    }
    is_choice: Json = {"properties": {"type": either(one_of(*_choices), {"type": "array", "items": one_of(*_choices)})}}
    offered: Json = {} if make.partial else {"required": ["of"]}
    typed = make.mapping("evidence", keys, ["type"]) | {
        "if": is_choice | {"required": ["type"]},
        "then": offered,
        "else": {"properties": {"of": False}},
    }
    field: Json = {"type": "string", "pattern": rf"^\s*{NAME[1:-1]}\??\s*$"}
    of_known: dict[str, Json] = {"fact": field, "finding": field, "title": make.ref("bilingual")}
    is_known: Json = {"anyOf": [{"required": ["fact"]}, {"required": ["finding"]}]}
    whole: Json = {"type": "object", "if": is_known, "then": make.mapping("evidence_of_fact", of_known, []), "else": typed}
    return make.named(either(short, whole))
