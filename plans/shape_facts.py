"""The shape of `facts:`, grade tables included."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingType

from plans import quantities
from plans.fields import Fields
from plans.model import Fact, FactType, GradeColumn, GradeRow
from plans.reader import Node, Scalar, Sequence
from plans.vocabulary import reserved

_of_form = "the choices, lowest first, as a list or with what each is called: {none: {zh: …, en: …}}"
_cell_form = quantities.interval_form + "; or the values of a choice"


def shape_facts(plan: Fields) -> MappingType[str, Fact]:
    return {name: _fact(name, fields) for name, fields in plan.named("facts", "fact", required=True, taken=reserved)}


def _fact(name: str, fields: Fields) -> Fact:
    kind = fields.choice("type", FactType)
    choices, titles = fields.choices("of", required=kind is FactType.CHOICE, expected=_of_form)
    fact = Fact(
        name=name,
        title=fields.bilingual("title"),
        type=kind,
        unit=fields.text("unit", None if kind is FactType.NUMBER else "", expected="the unit of the number, such as m3/s or mm"),
        choices=choices,
        forecast=fields.flag("forecast", default=False),
        default=_default(fields, kind, choices),
        low=fields.number("min"),
        high=fields.number("max"),
        fresh=fields.length("fresh"),
        table=tuple(_table(fields)),
        source=fields.text("source", ""),
        choice_titles=titles,
    )
    fields.close()
    return fact


def _default(fields: Fields, kind: FactType, choices: tuple[str, ...]) -> float | bool | str | None:
    node = fields.get("default")
    if node is None:
        return None
    value = _value(node, kind, choices)
    if value is None:
        expected = {FactType.NUMBER: "a number", FactType.BOOLEAN: "true or false", FactType.TEXT: "a text"}
        wanted = expected.get(kind, "one of " + ", ".join(choices))
        fields.fault(node.mark, f"the default of {fields.what} does not fit its type {kind}", wanted, "wrong-value")
    return value


def _value(node: Node, kind: FactType, choices: tuple[str, ...]) -> float | bool | str | None:
    if not isinstance(node, Scalar):
        return None
    match kind:
        case FactType.NUMBER:
            return quantities.number(node.text) if node.plain else None
        case FactType.BOOLEAN:
            return {"true": True, "false": False}.get(node.text) if node.plain else None
        case FactType.CHOICE:
            return node.text if node.text in choices else None
        case FactType.TEXT:
            return node.text


def _table(fields: Fields) -> Iterator[GradeColumn]:
    for fact, column in fields.entries(fields.get("table"), "table"):
        cells = fields.entries(column.value, fact)
        rows = [row for grade, cell in cells for row in _rows(grade, cell.value, fields)]
        yield GradeColumn(fact, tuple(rows))


def _rows(grade: str, cell: Node, fields: Fields) -> Iterator[GradeRow]:
    """An interval, several, or the values of a choice."""
    items = cell.items if isinstance(cell, Sequence) else [cell]
    texts = [item.text.strip() if isinstance(item, Scalar) else "" for item in items]
    values = tuple(text for text in texts if text and text[0] not in "[(")
    for item, text in zip(items, texts, strict=True):
        ends = quantities.interval(text)
        if ends:
            yield GradeRow(grade, *ends)
        elif text not in values:
            found = repr(text) if text else "empty, a list or a mapping"
            fields.fault(item.mark, f"the grade {grade!r} is for {found}", _cell_form, "wrong-value")
    if values:
        yield GradeRow(grade, values=values)
