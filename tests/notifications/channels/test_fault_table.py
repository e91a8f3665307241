"""The documentation says of every code what the channels do."""

from pathlib import Path

import pytest

from notifications.channels import aliyun_codes
from notifications.channels.fault_table import BEGIN, END, fault_table
from notifications.channels.gateways import NO_USE_ELSEWHERE

DOCUMENT = Path(__file__).parents[3] / "docs" / "notifications.md"


def test_the_documentation_has_the_table_that_the_code_decides_by() -> None:
    """Where it differs, put the output of `python -m notifications.channels.fault_table` in its place."""
    text = DOCUMENT.read_text("utf-8")

    assert text[text.index(BEGIN) : text.index(END) + len(END)] == fault_table()


@pytest.mark.parametrize("code", [*sorted(aliyun_codes.CODES), *sorted(NO_USE_ELSEWHERE - {"address"})])
def test_every_code_is_in_the_table(code: str) -> None:
    assert (f"`{code}`" if code != "…" else "anything else") in fault_table()


def test_the_codes_of_alibaba_are_read_as_the_table_says() -> None:
    assert {code: aliyun_codes.classify(code.replace("…", "New")) for code in aliyun_codes.CODES} == aliyun_codes.CODES
