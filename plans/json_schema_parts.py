"""Each mapping of the plan language as JSON Schema: its keys, which of them are required, and what a value of each looks like."""

from plans.json_schema_evidence import evidence
from plans.json_schema_forms import Json, either, one_of, ref
from plans.json_schema_maker import Maker, where
from plans.json_schema_tasks import repeats, report, signal, task
from plans.model import FactType
from plans.shape_levels import TriggerSource
from plans.vocabulary import reserved


def definitions(make: Maker) -> dict[str, Json]:
    kinds = {
        "plan": _plan(make),
        "bilingual": either(ref("text"), make.mapping("text", {"zh": ref("text"), "en": ref("text")}, ("zh", "en"))),
        "source": make.mapping("source", {"title": ref("text"), "valid_from": ref("day"), "valid_to": ref("day")}, ["title"]),
        "fact": _fact(make),
        "level_rule": _level(make),
        "trigger": _trigger(make),
        "role": make.mapping("role", {"title": make.ref("bilingual"), "alert": ref("flag")}, ["title"]),
        "ladder": _ladder(make),
        "message": make.mapping("message", dict.fromkeys(("text", "short"), make.ref("bilingual")), ("text", "short")),
        "finding": _finding(make),
        "link": _link(make),
        "task": task(make),
        "report": report(make),
        "signal": signal(make),
        "repeats": repeats(make),
        "evidence": evidence(make),
    }
    return {make.name(kind): schema for kind, schema in kinds.items()}


def _plan(make: Maker) -> Json:
    sections = {"sources": "source", "triggers": "trigger", "roles": "role", "ladders": "ladder", "findings": "finding"}
    sections |= {"tasks": "task", "reports": "report", "signals": "signal", "links": "link", "messages": "message"}
    keys: dict[str, Json] = {
        "plan": ref("name"),
        "title": make.ref("bilingual"),
        "version": ref("text"),
        "owner": ref("text"),
        "activate": ref("names"),
        "facts": make.named(make.ref("fact"), without=sorted(reserved)),
        "levels": make.by_level(make.ref("level_rule")),
        "daylight": _daylight(make),
        "end": _end(make),
        "drill": make.mapping("drill", {"every": ref("cadence"), "forms": ref("texts")}, ("every", "forms")),
    } | {key: make.named(make.ref(kind)) for key, kind in sections.items()}
    if make.partial:
        keys |= {"base": ref("text"), "extends": ref("texts")}
    required = (
        "plan",
        "title",
        "version",
        "owner",
        "activate",
        "facts",
        "levels",
        "roles",
        "ladders",
        "tasks",
        "messages",
        "end",
    )
    plan = make.mapping("plan", keys, required)
    # what has both names is a plan
    return plan | {"dependentSchemas": {"plan": {"properties": {"base": False}}}} if make.partial else plan


def _fact(make: Maker) -> Json:
    keys: dict[str, Json] = {
        "type": one_of(*FactType),
        "of": either(ref("texts"), make.free(make.ref("bilingual"))),
        "title": make.ref("bilingual"),
        "unit": ref("text"),
        "forecast": ref("flag"),
        "default": ref("value"),
        "min": ref("number"),
        "max": ref("number"),
        "fresh": ref("duration"),
        "table": make.free(make.free(ref("cell"))),
        "source": ref("text"),
    }
    fact = make.mapping("fact", keys, ("type", "title"))
    types = {"number": "number", "boolean": "boolean", "text": ["string", "number", "boolean"], "choice": "string"}
    cases = [where("type", [kind], {"properties": {"default": make.removable({"type": of})}}) for kind, of in types.items()]
    if not make.partial:
        cases += [where("type", [kind], {"required": [key]}) for kind, key in (("number", "unit"), ("choice", "of"))]
    return fact | {"allOf": cases}


def _level(make: Maker) -> Json:
    keys: dict[str, Json] = {
        "when": ref("condition"),
        "approve": ref("names"),
        "expect": ref("duration"),
        "keep": ref("condition"),
        "hold": ref("duration"),
        "sign": ref("name"),
        "two_person": ref("flag"),
        "paper": ref("duration"),
    }
    return make.mapping("level", keys, ("when", "approve"))


def _trigger(make: Maker) -> Json:
    keys: dict[str, Json] = {
        "on": one_of(*TriggerSource),
        "when": ref("condition"),
        "propose": either(ref("level"), make.by_level(ref("condition"))),
        "facts": make.free(ref("condition")),
        "for": ref("duration"),
        "release": ref("condition"),
        "event": ref("flag"),
    }
    only = {"cap": ("for", "release", "event"), "reading": ("facts",)}
    cases = [where("on", [source], {"properties": dict.fromkeys(unused, False)}) for source, unused in only.items()]
    return make.mapping("trigger", keys, ("on", "when", "propose")) | {"allOf": cases}


def _ladder(make: Maker) -> Json:
    rung: dict[str, Json] = {"at": ref("duration"), "tell": ref("told"), "by": ref("channels"), "manual": ref("flag")}
    rungs = make.named(make.mapping("rung", rung, ("at", "tell")))
    return make.mapping("ladder", {"title": make.ref("bilingual"), "rungs": rungs}, ("title", "rungs"))


def _finding(make: Maker) -> Json:
    keys: dict[str, Json] = {
        "title": make.ref("bilingual"),
        "fields": make.ref("evidence"),
        "report": ref("names"),
        "when": ref("condition"),
        "every": ref("duration"),
    }
    return make.mapping("finding", keys, ["title"])


def _link(make: Maker) -> Json:
    keys: dict[str, Json] = {
        "plan": ref("text"),
        "when": ref("condition"),
        "reason": make.ref("bilingual"),
        "level": ref("level"),
        "facts": make.free(ref("name")),
    }
    return make.mapping("link", keys, ("plan", "when", "reason"))


def _end(make: Maker) -> Json:
    keys: dict[str, Json] = {
        "when": ref("condition"),
        "hold": ref("duration"),
        "approve": either(ref("names"), make.by_level(ref("names"))),
        "sign": ref("name"),
    }
    return make.mapping("end", keys, ("when", "hold"))


def _daylight(make: Maker) -> Json:
    keys: dict[str, Json] = {
        key: {"type": "number", "minimum": -limit, "maximum": limit} for key, limit in (("latitude", 90), ("longitude", 180))
    }
    return make.mapping("daylight", keys, tuple(keys))
