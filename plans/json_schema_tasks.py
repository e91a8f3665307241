"""Tasks, reports and signals as JSON Schema: what they share is written once."""

from plans.json_schema_forms import Json, either, one_of, ref
from plans.json_schema_maker import Maker
from plans.json_schema_words import WORDS
from plans.model import ClockFrom, CorrectFrom, OnDowngrade, OnEnd, Phase


def task(make: Maker) -> Json:
    return make.mapping("task", _task_keys(make), ("title", "role", "levels", "ack", "done", "escalate"))


def report(make: Maker) -> Json:
    keys = {key: form for key, form in _task_keys(make).items() if key != "done"} | {
        "track": ref("text"),
        "clock_from": one_of(*ClockFrom),
        "within": make.durations(),
        "to": make.ref("bilingual"),
        "by": ref("text"),
        "fields": ref("names"),
        "numbered": ref("flag"),
        "zero": ref("flag"),
        "sign": ref("names"),
        "correct_within": either(ref("duration"), _corrections(make)),
        "text": make.ref("bilingual"),
    }
    required = ("title", "role", "levels", "ack", "escalate", "track", "clock_from", "within", "to", "by")
    return make.mapping("report", keys, required)


def signal(make: Maker) -> Json:
    of_task = _task_keys(make)
    own = {"send": ref("names"), "stops": ref("names"), "ends_drill": ref("flag")}
    keys = {key: of_task.get(key) or own[key] for key in WORDS["signal"]}
    return make.mapping("signal", keys, ("title", "role", "ack", "done", "escalate", "send"))


def repeats(make: Maker) -> Json:
    keys: dict[str, Json] = {"is": make.durations(), "when": ref("condition"), "during": ref("duration")}
    case = make.mapping("case", keys, ["is"]) | {"anyOf": [{"required": [key]} for key in keys]}
    return either(make.durations(), {"type": "array", "items": either(make.durations(), case)})


def _task_keys(make: Maker) -> dict[str, Json]:
    hand_over = make.mapping("hand_over", {"hand_over": ref("name")}, ["hand_over"])
    return {
        "code": ref("text"),
        "title": make.ref("bilingual"),
        "role": ref("name"),
        "levels": ref("levels"),
        "after": _after(make),
        "confirms": ref("name"),
        "each": ref("name"),
        "when": ref("condition"),
        "ack": ref("duration"),
        "done": ref("duration"),
        "every": make.ref("repeats"),
        "earliest": make.durations(),
        "again": ref("changes"),
        "reopens": ref("names"),
        "while": ref("condition"),
        "until": ref("condition"),
        "pause": ref("condition"),
        "progress": make.durations(),
        "escalate": ref("name"),
        "late": ref("name"),
        "need": either(one_of("any", "all"), {"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^0*[1-9][0-9]*$"}),
        "evidence": make.ref("evidence"),
        "message": ref("name"),
        "on_downgrade": either(one_of(OnDowngrade.CANCEL, OnDowngrade.KEEP), hand_over),
        "on_end": one_of(*OnEnd),
        "phase": one_of(*Phase),
        "life_safety": ref("flag"),
        "approval": ref("flag"),
        "source": ref("text"),
    }


def _corrections(make: Maker) -> Json:
    return make.mapping("corrections", {"within": ref("duration"), "from": one_of(*CorrectFrom)}, ["within"])


def _after(make: Maker) -> Json:
    waited: Json = {"type": "object", "maxProperties": 1, "additionalProperties": ref("duration")}
    if not make.partial:
        waited["minProperties"] = 1
    return either(ref("name"), waited, {"type": "array", "items": either(ref("name"), waited)})
