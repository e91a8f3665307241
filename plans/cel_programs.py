"""The CEL library behind one function: an expression and its variables to a program, or to what is wrong in our words.

An expression is true only when CEL answers with the type BOOL and the value True: its errors come back as values that
Python takes for true.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cel_expr_python import cel

from plans.errors import ExpressionError
from plans.problems import Problem
from plans.tokens import Rewritten

length_limit = 2000


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Given:
    """What an expression has to give: CEL types (none: anything), and the words for them."""

    types: frozenset[str]
    expected: str


true_or_false = Given(frozenset({"bool"}), "a condition that is true or false")


@dataclass(frozen=True, slots=True)
class Compiled:
    program: cel.Expression | None
    problems: tuple[Problem, ...]


def truth(result: cel.Value) -> Truth:
    if result.type() != cel.Type.BOOL:
        return Truth.UNKNOWN
    return Truth.TRUE if result.value() is True else Truth.FALSE


def compiled(variables: tuple[tuple[str, str], ...], rewritten: Rewritten, given: Given) -> Compiled:
    try:
        program = _environment(variables).compile(rewritten.text)
    # the library has no exception of its own
    except RuntimeError as error:
        return Compiled(None, _explained(str(error), rewritten))
    kind = program.return_type().name().lower()
    if given.types and kind not in given.types:
        return Compiled(None, (Problem(0, f"this gives {_type_words.get(kind, kind)}", given.expected),))
    return Compiled(program, ())


def usable(expression: str, result: Compiled) -> cel.Expression:
    """The program. Error: `ExpressionError` when there is none."""
    problems = too_long(expression) or result.problems
    if problems or result.program is None:
        raise ExpressionError(expression, problems[0].what)
    return result.program


def too_long(expression: str) -> tuple[Problem, ...]:
    if len(expression) <= length_limit:
        return ()
    return (Problem(0, f"the expression has {len(expression)} characters", f"at most {length_limit}"),)


@lru_cache(maxsize=256)
def _environment(variables: tuple[tuple[str, str], ...]) -> cel.Env:
    return cel.NewEnv(variables={name: cel.Type(kind) for name, kind in variables})


_fault = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_overload = re.compile(r"found no matching overload for '_?([^'_]+)_?' applied to '\(?(.*?)\)?'$")
_syntax = re.compile(r"missing .* at '(.+?)'|input '(.+?)'|token recognition error at: '(.+)'")
_type_words = {
    "double": "a number",
    "int": "a whole number",
    "string": "a text",
    "bool": "true or false",
    "dyn": "a value of any type",
}


def _explained(message: str, rewritten: Rewritten) -> tuple[Problem, ...]:
    """The library's faults in our words, at their places in the text as written."""
    lines = rewritten.text.split("\n")
    problems = []
    for line, column, what in _fault.findall(message):
        before = sum(len(each) + 1 for each in lines[: int(line) - 1])
        offset = rewritten.original(before + int(column) - 1)
        problems.append(Problem(offset, *_in_our_words(what)))
    reason = message.splitlines()[0].removesuffix(" [CANCELLED]")
    return tuple(problems[:1]) or (Problem(0, f"this cannot be compiled ({reason})", "a shorter, simpler condition"),)


def _in_our_words(what: str) -> tuple[str, str]:
    if match := _overload.search(what):
        types = " and ".join(_type_words.get(each.strip(), each.strip()) for each in match[2].split(","))
        return f"{match[1]!r} does not go with {types}", "values of one type"
    if "undeclared reference" in what:
        name = what.split("'")[1]
        return f"there is no {name!r}", "a declared fact or a CEL function"
    if match := _syntax.search(what):
        found = match[1] or match[2] or match[3]
        here = "the expression ends too early" if found == "<EOF>" else f"{found.strip()!r} is not expected here"
        return here, "a CEL expression such as flow >= 2500"
    return what.removeprefix("Syntax error: "), "a CEL expression"
