"""Slips of the keyboard that make a plan no YAML are told where they are, not where the parser gave up."""

import pytest

from plans.reader import read_text

_right = """\
plan: small
roles:
  duty: {title: 值班, alert: true}
  chief: {title: 主任}
tasks:
  watch:
    title: 巡查
    role: duty
    ack: 3 min
  sign:
    title: "批准"
    role: chief
"""


@pytest.mark.parametrize(
    ("instead_of", "write", "says"),
    [
        ("role: duty", "role：duty", "8:9: a full-width ： follows a name, expected ': ' with a space after it"),
        ("值班, alert", "值班， alert: true, x", "3:19: a full-width ， in brackets, expected ','"),
        ("    role: duty", "\trole: duty", "8:1: the line is indented with a tab, expected spaces"),
        ("    role: duty", "\u3000\u3000role: duty", "8:1: the line is indented with a full-width space, expected spaces"),
        ("    role: duty", "\u00a0   role: duty", "8:1: the line is indented with a non-breaking space, expected spaces"),
        ("  sign:", "  - sign:", "10:3: a list item ('- ') among keys, expected a key, or every entry with '- '"),
        (
            "title: 巡查",
            'title: "巡查',
            "7:12: a quotation mark stands alone in this line, expected one at each end of the text",
        ),
        (
            "ack: 3 min",
            "ack: 3: min",
            "9:11: this is not YAML: mapping values are not allowed in this context, expected well-formed YAML",
        ),
    ],
)
def test_a_slip_is_told_where_it_is(instead_of: str, write: str, says: str) -> None:
    assert _right.count(instead_of) == 1

    _, faults = read_text(_right.replace(instead_of, write), "a.yaml")

    assert str(faults[0]) == f"a.yaml:{says} [yaml]"


def test_wide_signs_in_a_text_are_no_slip() -> None:
    assert (
        read_text(_right.replace("title: 巡查", 'title: "巡查：第一，第二［三］"').replace("值班", '"值，班"'), "a.yaml")[1] == []
    )
