"""The shape of what people fill in: the evidence of a task, the fields of a finding."""

from collections.abc import Mapping as MappingType
from dataclasses import replace

from plans.diagnostic import nearest
from plans.fields import Fields
from plans.model import EvidenceField, EvidenceType, Fact, FindingKind, Text
from plans.reader import Mapping, Node, Scalar, Sequence

_form = "one of " + ", ".join(each.value for each in EvidenceType) + "; [image] for several, text? when it may be missing"
_of_form = "the choices, as a list or with what each is called: {blast: {zh: …, en: …}}"
_fact_form = "the fact that the value becomes; its name with ? when it may be missing"
_finding_form = "the field of the finding that the value becomes; its name with ? when it may be missing"


def evidence_fields(
    owner: Fields, key: str, facts: MappingType[str, Fact], finding: FindingKind | None = None
) -> tuple[EvidenceField, ...]:
    """`finding`: the kind for which the task is done."""
    found = []
    for name, entry in owner.entries(owner.get(key), key):
        owner.check_name(entry.key, name, "field" if key == "fields" else key)
        found.append(_field(name, entry.value, owner, facts, finding))
    return tuple(found)


def _field(name: str, node: Node, owner: Fields, facts: MappingType[str, Fact], finding: FindingKind | None) -> EvidenceField:
    """`photo: [image]`, `note: text?`, `{type: …, title: …}`, `{fact: …}`, or `{finding: …}`."""
    words = name.replace("_", " ")
    title = Text(words, words)
    if not isinstance(node, Mapping):
        kind, required, many = _kind(node, owner)
        if kind is EvidenceType.CHOICE:
            owner.fault(node.mark, f"{name!r} is a choice of nothing", "{type: choice, of: […]}", "wrong-value")
        return EvidenceField(name, title, kind, required, many)
    fields = Fields(node, f"the evidence {name!r}", owner.faults)
    field = _read_field(name, title, fields, facts, finding)
    fields.close()
    return field


def _read_field(
    name: str, title: Text, fields: Fields, facts: MappingType[str, Fact], finding: FindingKind | None
) -> EvidenceField:
    of_finding = fields.text("finding", expected=_finding_form) if "finding" in fields.node.entries else ""
    if "fact" in fields.node.entries:
        return replace(_of_fact(name, fields, facts), finding=of_finding.removesuffix("?"))
    return _of_finding(name, title, fields, of_finding, finding) if of_finding else _typed(name, title, fields)


def _of_finding(name: str, title: Text, fields: Fields, text: str, finding: FindingKind | None) -> EvidenceField:
    own = text.removesuffix("?")
    known = next((each for each in (finding.fields if finding else ()) if each.name == own), None)
    asked = replace(known, name=name, title=fields.bilingual("title", known.title), fact="") if known else None
    field = asked or EvidenceField(name, fields.bilingual("title", title), EvidenceType.TEXT)
    return replace(field, finding=own, required=not text.endswith("?"))


def _typed(name: str, title: Text, fields: Fields) -> EvidenceField:
    value = fields.get("type", required=True, expected=_form)
    kind, required, many = _kind(value, fields) if value else (EvidenceType.TEXT, True, False)
    is_choice = kind is EvidenceType.CHOICE
    choices, titles = fields.choices("of", required=True, expected=_of_form) if is_choice else ((), ())
    called = fields.bilingual("title", title)
    return EvidenceField(name, called, kind, required, many, choices=choices, choice_titles=titles)


def _of_fact(name: str, fields: Fields, facts: MappingType[str, Fact]) -> EvidenceField:
    text = fields.text("fact", expected=_fact_form)
    fact = facts.get(text.removesuffix("?"))
    kind = EvidenceType(fact.type.value) if fact else EvidenceType.TEXT
    title = fields.bilingual("title", fact.title if fact else Text(name, name))
    choices, titles = (fact.choices, fact.choice_titles) if fact else ((), ())
    own, required = text.removesuffix("?"), not text.endswith("?")
    return EvidenceField(name, title, kind, required, fact=own, choices=choices, choice_titles=titles)


def _kind(node: Node, fields: Fields) -> tuple[EvidenceType, bool, bool]:
    many = isinstance(node, Sequence) and len(node.items) == 1
    inner = node.items[0] if isinstance(node, Sequence) and many else node
    text = inner.text.strip() if isinstance(inner, Scalar) else "a list or mapping"
    every = [each.value for each in EvidenceType]
    if text.removesuffix("?") not in every:
        suggestion = nearest(text.removesuffix("?"), every)
        fields.fault(inner.mark, f"the evidence type is {text!r}", _form, "wrong-value", suggestion)
        return EvidenceType.TEXT, True, False
    return EvidenceType(text.removesuffix("?")), not text.endswith("?"), many
