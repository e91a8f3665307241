"""What a check found, as SARIF 2.1.0: the format in which code review and editors take the findings of any checker."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from plans.diagnostic import Diagnostic, Severity
from plans.rules import every_rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_of_the_shape = {
    "yaml": "The file is well-formed YAML of one plan: UTF-8, at most 4 MB, each key once, no tags.",
    "extends": "What a plan extends is there, and does not extend the plan itself in the end.",
    "unknown-key": "Every key is a word of the language.",
    "missing-key": "Every key that has no default is there.",
    "wrong-value": "Every value has the form that its key asks for.",
    "wrong-name": "Names are of small letters, digits and _, and are no words of the language.",
    "on-duty": "Every role of the plan is held on the day that is asked about.",
}
_levels = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def sarif(found: Mapping[str, Sequence[Diagnostic]], unusable: Sequence[str] = ()) -> dict[str, object]:
    """One log with one run. `found`: by file looked at; `unusable`: why others could not be."""
    rules = _rules()
    places = {rule: index for index, rule in enumerate(rules)}
    diagnostics = list(dict.fromkeys(each for of_file in found.values() for each in of_file))
    files = dict.fromkeys([*found, *(each.file for each in diagnostics)])
    driver = {
        "name": "Tocsin",
        "version": version("tocsin"),
        "rules": [_rule(name, words) for name, words in rules.items()],
    }
    notifications = [{"level": "error", "message": {"text": reason}} for reason in unusable]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not unusable, "toolExecutionNotifications": notifications}],
        "artifacts": [{"location": {"uri": _uri(file)}, "sourceLanguage": "yaml"} for file in files],
        "results": [_result(each, places) for each in diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules() -> dict[str, str]:
    """What each rule asks for, by its name."""
    documented = {rule.RULE: (rule.__doc__ or "").strip() for rule in every_rule}
    return _of_the_shape | documented


def _rule(name: str, words: str) -> dict[str, object]:
    first, _, rest = words.partition("\n\n")
    told: dict[str, object] = {"id": name, "shortDescription": {"text": " ".join(first.split())}}
    if rest:
        told["fullDescription"] = {"text": " ".join(words.split())}
    return told


def _result(each: Diagnostic, places: Mapping[str, int]) -> dict[str, object]:
    location = {
        "artifactLocation": {"uri": _uri(each.file)},
        "region": {"startLine": each.line, "startColumn": each.column},
    }
    return {
        "ruleId": each.rule,
        "ruleIndex": places[each.rule],
        "level": _levels[each.severity],
        "message": {"text": each.message},
        "locations": [{"physicalLocation": location}],
    }


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(str(PurePosixPath(path)))
