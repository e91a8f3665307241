"""The YAML of the plan language as JSON Schema (2020-12), so that an editor completes and checks as one types.

It sees the shape of a file, not what names mean: `tocsin plan check` has the last word. A file that extends others may leave out
whatever they bring and remove a key by an empty value, and so may a base; a plan that stands alone has everything.
"""

import json

from plans.json_schema_forms import FORMS, Json, ref
from plans.json_schema_maker import Maker
from plans.json_schema_parts import definitions

_dialect = "https://json-schema.org/draft/2020-12/schema"


def plan_schema() -> Json:
    whole, part = Maker(partial=False), Maker(partial=True)
    return {
        "$schema": _dialect,
        "title": "Tocsin plan 应急预案",
        "description": "One contingency plan or one base plan. 一个应急预案，或一个基础预案。",
        "type": "object",
        "if": {"anyOf": [{"required": ["extends"]}, {"required": ["base"]}]},
        "then": ref(part.name("plan")),
        "else": ref(whole.name("plan")),
        "$defs": FORMS | definitions(whole) | definitions(part),
    }


def written() -> str:
    """The file that is shipped beside the plans."""
    return json.dumps(plan_schema(), ensure_ascii=False, indent=1) + "\n"
