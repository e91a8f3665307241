"""A plan shown to a person says everything that its file says, in either language."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from plans.compiler import compile_file
from plans.show import Language, show

_plan = compile_file(Path(__file__).parent / "whole.yaml")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            [
                "全员撤离",
                "每一 险情",
                "暂停于 night && !night_work",
                "最多等 15 min",
                "口头批准，补签于 1 d",
                "获知起",
                "每隔 8 h",
            ],
        ),
        ("en", ["Withdraw everybody", "for each Danger", "at most 15 min", "graded by deaths, crosses", "from learning of it"]),
    ],
)
def test_every_part_is_shown(language: Language, words: list[str]) -> None:
    console = Console(width=240, record=True, file=StringIO())

    for part in show(_plan, language):
        console.print(part, markup=False)

    shown = console.export_text()
    everything = [*words, "kept" if language == "en" else "保持于", "running(fight)", "flow < 0.95 * 2500", "small III", "≤ 12 h"]
    assert [word for word in everything if word not in shown] == []
