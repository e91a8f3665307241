"""`tocsin plan new`: a first draft that checks, from options, from a terminal, or like another plan."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plans.catalog import known
from plans.compiler import check_file, compile_file
from plans.model import Level
from service.cli.plan import app

_root = Path(__file__).parents[3]


def _new(folder: Path, *words: str) -> Result:
    return CliRunner(env={"TOCSIN_HOME": str(folder / "home")}).invoke(app, ["new", *words, "--dir", str(folder)])


def test_without_any_answer_the_draft_checks_without_a_word(tmp_path: Path) -> None:
    result = _new(tmp_path, "gale", "--yes")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [f"{tmp_path}/gale.yaml: written, and it checks", "next:"]
    assert check_file(tmp_path / "gale.yaml") == []


def test_the_answers_are_in_the_plan(tmp_path: Path) -> None:
    words = ["--title", "大风应急预案", "--title-en", "Gale plan", "--owner", "市住建局", "--hazard", "大风", "--hazard", "台风"]
    words += ["--fact", "wind=风速", "--unit", "m/s", "--thresholds", "10.8, 17.2, 24.5, 32.7"]
    words += ["--task", "fence=加固围挡@works", "--task", "patrol=巡查@county_hq", "--role", "works=建设单位"]

    result = _new(tmp_path, "gale", *words)

    assert result.exit_code == 0
    plan = compile_file(tmp_path / "gale.yaml")
    assert (plan.title.zh, plan.title.en, plan.owner) == ("大风应急预案", "Gale plan", "市住建局")
    assert (plan.facts["wind"].unit, plan.facts["wind_ii"].default) == ("m/s", 24.5)
    assert plan.levels[Level.I].when == "wind >= wind_i || wind.forecast >= wind_i"
    assert [plan.tasks[name].role for name in ("fence", "patrol")] == ["works", "county_hq"]
    assert plan.roles["works"].title.zh == "建设单位"
    assert 'contains("台风")' in next(each.when for each in plan.triggers if each.on == "cap")


@pytest.mark.parametrize("text", ["引号 \" 与 ' 和 \\1", "井号 # 冒号: {", "第一行\n第二行", "{{ plan }}", "%YAML"])
def test_any_text_is_only_a_text(tmp_path: Path, text: str) -> None:
    words = [
        "--title",
        text,
        "--owner",
        text,
        "--hazard",
        text.replace(",", ""),
        "--fact",
        f"wind={text}",
        "--task",
        "t=任务@works",
    ]

    result = _new(tmp_path, "gale", *words, "--role", f"works={text}")

    assert result.exit_code == 0, result.output
    plan = compile_file(tmp_path / "gale.yaml")
    assert {plan.title.zh, plan.owner, plan.roles["works"].title.zh, plan.facts["wind"].title.zh} == {text}


@pytest.mark.parametrize("name", known())
def test_a_draft_like_a_shipped_plan_is_that_plan_under_another_name(tmp_path: Path, name: str) -> None:
    result = _new(tmp_path, "ours", "--like", name, "--title", "本区预案", "--title-en", "Our plan", "--owner", "本区")

    assert result.exit_code == 0, result.output
    ours, theirs = compile_file(tmp_path / "ours.yaml"), compile_file(_root / "plans" / "library" / f"{name}.yaml")
    assert (ours.name, ours.title.zh, ours.version, ours.owner) == ("ours", "本区预案", "1", "本区")
    assert (ours.tasks, ours.facts, ours.levels) == (theirs.tasks, theirs.facts, theirs.levels)


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "gale.yaml").write_text("mine", encoding="utf-8")

    result = _new(tmp_path, "gale", "--yes")

    assert result.exit_code == 1
    assert "is already there and was not touched" in result.stderr
    assert (tmp_path / "gale.yaml").read_text(encoding="utf-8") == "mine"


def test_a_copy_that_does_not_check_where_it_stands_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    small = (_root / "tests" / "plans" / "small.yaml").read_text(encoding="utf-8")
    (tmp_path / "there" / "below.yaml").write_text(small.replace("plan: small", "base: small"), encoding="utf-8")
    (tmp_path / "there" / "above.yaml").write_text("plan: above\nextends: below\n", encoding="utf-8")

    result = _new(tmp_path, "gale", "--like", str(tmp_path / "there" / "above.yaml"), "--yes")

    assert result.exit_code == 1
    assert "there is no plan 'below' to extend" in result.stderr
    assert not (tmp_path / "gale.yaml").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["Gale"], "the plan is named 'Gale'"),
        (["gale", "--fact", "level=级别"], "'level' is a word of the language"),
        (["gale", "--thresholds", "10,20,20,30"], "expected four rising numbers"),
        (["gale", "--thresholds", "10,20,many,30"], "expected four rising numbers"),
        (["gale", "--task", "巡查"], "is no task; expected"),
        (["gale", "--task", "verify=核实@works"], "the base has a task 'verify' already"),
        (["gale", "--task", "a=一@works", "--task", "a=二@works"], "two tasks are named 'a'"),
        (["gale", "--role", "works=建设单位"], "no task is for the role 'works'"),
        (["gale", "--like", "glae"], "there is no plan 'glae'"),
    ],
)
def test_an_answer_that_cannot_be_right_is_told_and_nothing_is_written(tmp_path: Path, words: list[str], says: str) -> None:
    result = _new(tmp_path, *words, "--yes")

    assert result.exit_code == 2
    assert says in " ".join(result.stderr.replace("│", " ").split())
    assert not list(tmp_path.glob("*.yaml"))


def test_at_a_terminal_it_asks_and_asks_again(tmp_path: Path) -> None:
    answers = ["大风应急预案", "Gale plan", "市住建局", "大风", "wind=风速", "m/s", "40,30,20,10", "10,20,30,40"]
    answers += ["fence=加固围挡@works", ""]

    shown = _at_a_terminal(["gale", "--dir", str(tmp_path)], answers)

    assert "Title in Chinese" in shown
    assert "expected four rising numbers" in shown
    plan = compile_file(tmp_path / "gale.yaml")
    assert (plan.title.en, plan.facts["wind_i"].default, plan.tasks["fence"].title.zh) == ("Gale plan", 40, "加固围挡")


def _at_a_terminal(words: list[str], answers: list[str]) -> str:
    """What the terminal shows while somebody types these answers."""
    ours, theirs = pty.openpty()
    program = "from service.cli import main; main()"
    command = [sys.executable, "-c", program, "plan", "new", *words]
    running = subprocess.Popen(command, cwd=_root, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        # the terminal of a program that has ended
        pass
    assert running.wait() == 0, shown.decode()
    os.close(ours)
    return shown.decode()
