"""Whatever is written in a file, it gives a plan or diagnostics: never an exception, never a place outside of the file."""

import re
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.compiler import compile_file, examine
from plans.diagnostic import Diagnostic, has_faults
from plans.errors import PlanUnreadableError
from plans.extending import library
from plans.model import Plan
from plans.scenario import examine_scenario
from plans.template import Unparsable, parsed

by_chance = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
here = Path(__file__).parent
_token = re.compile(r"[ \t]+|\n|\w+|[^\w\s]")


def tokens_of(path: Path) -> tuple[str, ...]:
    return tuple(_token.findall(path.read_text(encoding="utf-8")))


shipped = [tokens_of(path) for path in (*sorted(library.glob("*.yaml")), here / "small.yaml", here / "whole.yaml")]
scenarios = [tokens_of(path) for path in sorted((library / "scenarios").glob("*.yaml"))]
# what the languages inside the language are made of, and what their readers take for something else
words = """{ } [ ] # | > &a *a << ~ null ' " {{ }} {% %} {{now| {{a.b}} rank( known( running( done( .forecast level night true 0
    -1 1e999 nan ( ) && || in % é 🚨 IV-I I-IV assignee 2026-02-30 base/municipal"""
strange = (
    *re.split(r"\s+", words),
    *(": ", "- ", "? ", "\n", "  ", "!!str ", "---\n", "{% for x in y %}", "99999999999999999999 d", "0 s", "[3, 1)", "[, )"),
    *("\t", "\0", "\x85", "\u2028", "\ufeff"),
)


@dataclass(frozen=True)
class Edit:
    """Numbers are taken modulo what they count, so that an edit fits any text."""

    what: str
    place: int
    source: int
    length: int
    word: str

    def made(self, words: list[str], others: list[tuple[str, ...]]) -> list[str]:
        before, after = words[: self.place % (len(words) + 1)], words[self.place % (len(words) + 1) :]
        match self.what:
            case "cut":
                return before + after[self.length :]
            case "copy":
                pool = (*others, tuple(words))[self.source % (len(others) + 1)]
                start = self.source % (len(pool) + 1)
                return [*before, *pool[start : start + self.length], *after]
            case "exchange":
                return [*before, self.word, *after[1:]]
            case "insert":
                return [*before, self.word, *after]
            case _:
                return self._with_lines_moved("".join(words).split("\n"))

    def _with_lines_moved(self, lines: list[str]) -> list[str]:
        """They end up elsewhere: well-formed, and in a place where nobody expects them."""
        start, place = self.source % len(lines), self.place % len(lines)
        moved = [*lines[:place], *lines[start : start + self.length], *lines[place:]]
        return list(_token.findall("\n".join(moved)))


numbers = st.integers(0, 100_000)
edits = st.builds(
    Edit,
    st.sampled_from(["cut", "copy", "exchange", "insert", "lines"]),
    numbers,
    numbers,
    st.sampled_from([1, 1, 2, 5, 40]),
    st.sampled_from(strange),
)


def mutated(sources: list[tuple[str, ...]]) -> st.SearchStrategy[str]:
    return st.builds(_mutated, st.just(sources), st.sampled_from(sources), st.lists(edits, min_size=1, max_size=6))


def _mutated(sources: list[tuple[str, ...]], source: tuple[str, ...], changes: list[Edit]) -> str:
    words = list(source)
    for edit in changes:
        words = edit.made(words, sources)
    return "".join(words)


def examined(text: str) -> tuple[tuple[Diagnostic, ...], Plan | None]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yaml"
        file.write_text(text, encoding="utf-8", newline="")
        examination = examine(file)
    own = [each for each in examination.diagnostics if each.file.endswith("plan.yaml") and str(library) not in each.file]
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)
    assert all(1 <= each.line <= len(lines) + 1 and each.column >= 1 for each in own)
    assert all(str(each) for each in examination.diagnostics)
    return examination.diagnostics, examination.plan


def promised(diagnostics: tuple[Diagnostic, ...], plan: Plan | None) -> bool:
    """A plan exactly when nothing is wrong, and one that can be kept and read back."""
    if plan is None:
        return has_faults(diagnostics)
    return not has_faults(diagnostics) and Plan.from_json(plan.ordered_json) == plan


@by_chance
@given(mutated(shipped))
def test_a_shipped_plan_edited_by_chance_gives_a_plan_or_faults(text: str) -> None:
    assert promised(*examined(text))


@by_chance
@given(st.text(st.characters(codec="utf-8"), max_size=300) | st.lists(st.sampled_from(strange), max_size=60).map("".join))
def test_any_text_is_refused_with_a_fault(text: str) -> None:
    assert promised(*examined(text))


@by_chance
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_fault(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yaml"
        file.write_bytes(content)
        examination = examine(file)

    assert promised(examination.diagnostics, examination.plan)


conditions = st.lists(
    st.sampled_from(
        (*strange, "flow", "flow.forecast", " >= ", "2500", "grade", '"large"', "rank(grade)", " in ", "[1, 2]", " ")
    ),
    max_size=12,
).map("".join) | st.text(max_size=60)


@by_chance
@given(conditions, st.sampled_from(("end: {when: flow < 2000", "III:\n    when: flow >= 4000", "while: running(fight)")))
def test_any_condition_compiles_or_is_a_fault_in_its_place(condition: str, place: str) -> None:
    key = place.rpartition(": ")[0]
    # escaped, any text stays on its line
    written = "".join(f"\\U{ord(letter):08x}" if not letter.isalnum() else letter for letter in condition)
    text = (here / "whole.yaml").read_text(encoding="utf-8")
    assert text.count(place) == 1

    assert promised(*examined(text.replace(place, f'{key}: "{written}"')))


@by_chance
@given(
    st.lists(st.sampled_from((*strange, "task", "link", "|upper", "|round(", "|truncate(9)", "if ", "endif")), max_size=12).map(
        "".join
    )
)
def test_any_template_parses_or_says_where_it_does_not(source: str) -> None:
    tree = parsed(source)

    assert not isinstance(tree, Unparsable) or (1 <= tree.line <= source.count("\n") + 1 and tree.reason)


@by_chance
@given(mutated(scenarios))
def test_a_shipped_scenario_edited_by_chance_gives_a_scenario_or_faults(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(text, encoding="utf-8", newline="")
        scenario, faults = examine_scenario(file, shipped_plan)

    assert (scenario is None) == has_faults(faults)


@lru_cache
def shipped_plan(name: str) -> Plan:
    path = library / f"{name}.yaml"
    if not path.is_file():
        raise PlanUnreadableError(str(path), "no such file")
    return compile_file(path)
