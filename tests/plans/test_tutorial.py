"""docs/tutorial.md: each block goes into the file as a reader would put it there, and the check says what the page says."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plans.compiler import check_file, compile_file
from plans.extending import library
from plans.scenario import load_scenario
from service.cli import build

_page = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
_fence = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    use: str
    text: str


BLOCKS = [Block(*(part or "" for part in found)) for found in _fence.findall(_page)]


@dataclass(frozen=True)
class Step:
    """The file after a block, and what the page says of it."""

    text: str
    said: list[str]
    is_kept: bool


def steps() -> Iterator[Step]:
    """A block without words after it checks without a word."""
    text = ""
    written = [each for each in BLOCKS if (each.language, each.use) in {("yaml", ""), ("yaml", "mistake"), ("text", "")}]
    for block, after in zip(written, [*written[1:], None], strict=True):
        if block.language != "yaml":
            continue
        told = after.text.splitlines() if after and after.language == "text" else []
        changed = changed_by(text, block.text) if block.use else put_in(text, block.text)
        yield Step(changed, [] if told == ["ok"] else told, is_kept=not block.use)
        if not block.use:
            text = changed


def put_in(text: str, addition: str) -> str:
    """Sections that are there already grow at their end."""
    for section in re.split(r"^(?=\w)", addition, flags=re.MULTILINE):
        head, _, body = section.partition("\n")
        place = re.search(rf"^{re.escape(head)}\n(?: .*\n|\n)*", text, re.MULTILINE) if head and body.strip() else None
        if place:
            kept = place[0].rstrip("\n") + "\n"
            text = text[: place.start()] + kept + body.rstrip("\n") + "\n\n" + text[place.end() :]
        else:
            text += section
    return text


def changed_by(text: str, mistake: str) -> str:
    """Lines of one task that stand otherwise."""
    _, name, *lines = mistake.rstrip("\n").split("\n")
    before, head, rest = text.partition(f"\n{name}\n")
    assert head, f"{name} is not in the plan yet"
    own, following = re.split(r"(?<=\n)(?=  ?\w)", rest, maxsplit=1) if re.search(r"\n  ?\w", rest) else (rest, "")
    for line in lines:
        key = line.partition(":")[0]
        own, count = re.subn(rf"^{key}:.*$", line, own, flags=re.MULTILINE)
        assert count == 1, f"{name} has no line {key.strip()!r}"
    return before + head + own + following


STEPS = list(steps())
FINISHED = [step.text for step in STEPS if step.is_kept][-1]


def test_there_are_steps_and_mistakes() -> None:
    assert len([step for step in STEPS if step.is_kept]) >= 8
    assert len([step for step in STEPS if not step.is_kept]) >= 2


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_the_check_says_of_each_step_what_the_page_says(tmp_path: Path, number: int) -> None:
    file = tmp_path / "slope.yaml"
    file.write_text(STEPS[number].text, encoding="utf-8")

    told = [str(each).replace(f"{tmp_path}/", "") for each in check_file(file)]

    assert [re.sub(r"^\S*/plans/library/|^plans/library/", "", line) for line in told] == STEPS[number].said


def test_the_scenario_of_the_page_fits_its_plan(tmp_path: Path) -> None:
    plan = tmp_path / "slope.yaml"
    plan.write_text(FINISHED, encoding="utf-8")
    scenario = tmp_path / "slope_night.yaml"
    scenario.write_text(next(block.text for block in BLOCKS if block.use == "scenario"), encoding="utf-8")

    assert load_scenario(scenario, lambda _: compile_file(plan)).plan == "slope"


def test_every_command_of_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    Path("slope.yaml").write_text(FINISHED, encoding="utf-8")
    Path("slope_night.yaml").write_text(next(block.text for block in BLOCKS if block.use == "scenario"), encoding="utf-8")
    (home / "plans").mkdir(parents=True)
    (home / "plans" / "slope.yaml").write_text(FINISHED, encoding="utf-8")
    assert library.is_dir()

    said = {}
    for line in (line for block in BLOCKS if block.language == "console" for line in block.text.splitlines()):
        _, tocsin, *arguments = shlex.split(line)
        assert tocsin == "tocsin"
        result = CliRunner().invoke(build(arguments[0]), arguments)
        assert result.exit_code == 0, (line, result.output, result.exception)
        said[line] = result.output

    assert Path("slope.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "barriers" in Path("slope.html").read_text(encoding="utf-8") or "双侧设障" in Path("slope.html").read_text(
        encoding="utf-8"
    )
    assert "R-" in list(said.values())[-1]
