"""Which names a condition of a plan may use, and what it may do with them: facts, the level, the night, other tasks.

The conditions of a task for each finding have the fields of that finding too, as `finding.NAME`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from plans.diagnostic import nearest
from plans.model import EvidenceType, Fact, FactType, FindingKind
from plans.possible_values import Limits, limit_problems
from plans.problems import Problem, division_problems, loop_problems, order_problems, orders, sign_problems
from plans.tokens import Kind, Rewritten, Token, bound_names, rewrite, text_of, tokens

_reserved = (
    "alert as break const continue done else false finding for function if import in known let level loop namespace "
    "night null package rank return running true var void while"
)
reserved = frozenset(_reserved.split())
task_functions = ("running", "done")
task_limit = 16
"""The most tasks that one condition may ask about."""
_types = {FactType.NUMBER: "double", FactType.BOOLEAN: "bool", FactType.CHOICE: "string", FactType.TEXT: "string"}
_comparable = {
    EvidenceType.NUMBER: FactType.NUMBER,
    EvidenceType.BOOLEAN: FactType.BOOLEAN,
    EvidenceType.CHOICE: FactType.CHOICE,
    EvidenceType.TEXT: FactType.TEXT,
}
_finding = "finding"
_known = "known-facts"
_surroundings = ("level", "night")


@dataclass(frozen=True, slots=True)
class TaskCall:
    """`running(fight)` or `done(fight)` in a condition; `variable` stands for it before CEL."""

    function: str
    task: str
    variable: str


@dataclass(frozen=True, eq=False)
class FactVocabulary:
    """Facts by their bare names, `flow.forecast`, `known(…)`, `rank(…)` of choices.

    The conditions of tasks have more: `level`, `night` where the plan has `daylight`, and `running(…)`, `done(…)` of tasks;
    those of a task for each `finding` have its fields as `finding.NAME`.
    """

    facts: tuple[Fact, ...]
    tasks: Collection[str] = ()
    daylight: bool = False
    finding: FindingKind | None = None

    @cached_property
    def fields(self) -> dict[str, Fact]:
        """What of a finding can be compared, by its name in conditions: as if each were a fact."""
        fields = self.finding.fields if self.finding else ()
        usable = [each for each in fields if each.type in _comparable and not each.many]
        named = [(f"{_finding}.{each.name}", each) for each in usable]
        return {
            name: Fact(name, each.title, _comparable[each.type], choices=each.choices, choice_titles=each.choice_titles)
            for name, each in named
        }

    @cached_property
    def _by_name(self) -> dict[str, Fact]:
        return {fact.name: fact for fact in self.facts} | self.fields

    def variables(self) -> tuple[tuple[str, str], ...]:
        """CEL variables and their types, `rank` and `known` included as variables of their own."""
        return tuple(self._variables())

    def _variables(self) -> Iterator[tuple[str, str]]:
        yield "level", "double"
        yield "night", "bool"
        # not by their names: one environment serves every condition, however many tasks there are
        yield from ((_variable(number), "bool") for number in range(task_limit))
        for fact in self._by_name.values():
            yield fact.name, _types[fact.type]
            yield f"{fact.name}.known", "bool"
            if fact.type is FactType.CHOICE:
                yield f"{fact.name}.rank", "double"
            if fact.forecast:
                yield f"{fact.name}.forecast", "double"
                yield f"{fact.name}.forecast.known", "bool"

    def facts_in(self, expression: str) -> tuple[str, ...]:
        roots = (word.text.partition(".")[0] for word in tokens(expression) if word.kind is Kind.NAME)
        return tuple(dict.fromkeys(root for root in roots if root in self._by_name))

    def fields_in(self, expression: str) -> tuple[str, ...]:
        """The fields of the finding, as they are written in conditions."""
        names = (word.text for word in tokens(expression) if word.kind is Kind.NAME)
        return tuple(dict.fromkeys(name for name in names if name in self.fields))

    def task_calls(self, expression: str) -> tuple[TaskCall, ...]:
        """What the condition asks about other tasks, each once, in its order."""
        words = tokens(expression)
        asked = (
            (word.text, argument.text)
            for index, word in enumerate(words)
            if word.text in task_functions and (argument := _argument(words, index))
        )
        return tuple(TaskCall(*call, _variable(number)) for number, call in enumerate(dict.fromkeys(asked)))

    def rewrite(self, expression: str) -> Rewritten:
        """Whole numbers become decimal ones; `rank(x)`, `known(x)`, `running(x)`, `done(x)` become variables or numbers."""
        words = tokens(expression)
        asked = {(call.function, call.task): call.variable for call in self.task_calls(expression)}
        replacements = []
        for index, word in enumerate(words):
            if word.kind is Kind.NUMBER and word.text.isdigit():
                replacements.append((word.offset + len(word.text), word.offset + len(word.text), ".0"))
            elif argument := _argument(words, index):
                start, end = word.offset, words[index + 3].offset + 1
                variable = asked.get((word.text, argument.text)) or self._replacement(word.text, argument)
                replacements.append((start, end, variable))
        return rewrite(expression, replacements)

    def _replacement(self, function: str, argument: Token) -> str:
        if argument.kind is Kind.STRING:
            ranks = self._ranks(text_of(argument))
            return f"{min(ranks)}.0" if ranks else argument.text
        return f"{argument.text}.{function}"

    def _ranks(self, choice: str) -> set[int]:
        return {fact.choices.index(choice) for fact in self._by_name.values() if choice in fact.choices}

    def problems(self, expression: str, *, of_task: bool) -> tuple[Problem, ...]:
        """Unknown names, unknown choices, texts compared by order; in reading order. `of_task`: the condition of a task."""
        words = tokens(expression)
        if signs := tuple(sign_problems(words)):
            return signs
        bound = bound_names(words)
        found = list(loop_problems(words))
        asked: set[int] = set()
        for index, word in enumerate(words):
            if index in asked:
                continue
            if word.kind is Kind.NAME and word.text.partition(".")[0] not in bound:
                found += self._name_problems(word, of_task=of_task)
            elif word.kind is Kind.CALL and word.text in ("rank", "known"):
                found += self._call_problems(words, index)
            elif word.kind is Kind.CALL and word.text in task_functions:
                found += self._task_problems(words, index, of_task=of_task)
                # the name between the brackets is no fact
                asked.add(index + 2)
            elif word.kind is Kind.SIGN and word.text in orders:
                found += order_problems(words, index, self._is_text)
            elif word.text in ("/", "%"):
                found += division_problems(words, index)
            found += self._choice_problems(words, index)
            found += limit_problems(words, index, self._limits)
        return tuple(sorted(found, key=lambda problem: problem.offset))

    def _name_problems(self, word: Token, *, of_task: bool) -> Iterator[Problem]:
        root, _, rest = word.text.partition(".")
        if word.text in _surroundings:
            if not of_task:
                yield Problem(
                    word.offset, f"{word.text!r} is used here", f"facts only; {word.text!r} is for the conditions of tasks"
                )
            elif word.text == "night" and not self.daylight:
                yield Problem(word.offset, "'night' is used here", "'daylight: {latitude: …, longitude: …}' in the plan")
        elif root == _finding and root not in self._by_name:
            yield from self._field_problems(word, rest)
        elif root not in self._by_name:
            known = [*self._by_name, *_surroundings] if of_task else self._by_name
            yield Problem(word.offset, f"there is no fact {root!r}", "a declared fact", nearest(root, known), _known)
        elif rest and rest != "forecast":
            offset = word.offset + len(root) + 1
            yield Problem(
                offset, f"{root!r} has no {rest!r}", "the bare fact or its 'forecast'", nearest(rest, ["forecast"]), _known
            )
        elif rest and not self._by_name[root].forecast:
            yield Problem(word.offset, f"the fact {root!r} has no forecast", "'forecast: true' on the fact", "", _known)

    def _field_problems(self, word: Token, name: str) -> Iterator[Problem]:
        """What is wrong with `finding.NAME`."""
        if self.finding is None:
            expected = "facts: the fields of a finding are for the conditions of a task with 'each'"
            yield Problem(word.offset, f"{word.text!r} is used here", expected)
        elif word.text not in self.fields:
            declared = {each.name for each in self.finding.fields}
            what = f"the field {name!r} of {self.finding.name!r} cannot be compared"
            if name not in declared:
                what = f"there is no field {name!r} in the finding {self.finding.name!r}" if name else "'finding' is used alone"
            usable = [each.partition(".")[2] for each in self.fields]
            expected = "finding." + ", finding.".join(usable) if usable else "a field that is a number, boolean, choice or text"
            offset = word.offset + (len(word.text) - len(name) if name else 0)
            yield Problem(offset, what, expected, nearest(name, usable), _known)

    def _task_problems(self, words: tuple[Token, ...], index: int, *, of_task: bool) -> Iterator[Problem]:
        call, argument = words[index], _argument(words, index)
        if not of_task:
            yield Problem(call.offset, f"{call.text}() is used here", f"facts only; {call.text}() is for the conditions of tasks")
        elif argument is None or argument.kind is not Kind.NAME:
            yield Problem(call.offset, f"{call.text}() is called with something else", f"{call.text}(…) of one task")
        elif argument.text not in self.tasks:
            suggestion = nearest(argument.text, self.tasks)
            yield Problem(argument.offset, f"there is no task {argument.text!r}", "a declared task", suggestion, "known-tasks")
        elif sum(word.kind is Kind.CALL and word.text in task_functions for word in words[:index]) >= task_limit:
            yield Problem(call.offset, "the condition asks about too many tasks", f"at most {task_limit}")

    def _call_problems(self, words: tuple[Token, ...], index: int) -> Iterator[Problem]:
        call, argument = words[index], _argument(words, index)
        if argument is None or (call.text == "known" and argument.kind is Kind.STRING):
            yield Problem(call.offset, f"{call.text}() is called with something else", f"{call.text}(…) of one fact")
        elif call.text == "rank" and argument.kind is Kind.STRING:
            choice = text_of(argument)
            ranks = self._ranks(choice)
            every = [each for fact in self._by_name.values() for each in fact.choices]
            if not ranks:
                yield Problem(
                    argument.offset, f"no fact has the choice {choice!r}", "a declared choice", nearest(choice, every), _known
                )
            elif len(ranks) > 1:
                yield Problem(argument.offset, f"{choice!r} stands at different places in several facts", "one rank")
        elif call.text == "rank":
            fact = self._by_name.get(argument.text)
            if fact and fact.type is not FactType.CHOICE:
                yield Problem(argument.offset, f"rank() of {argument.text!r}, which is a {fact.type}", "a fact of type choice")

    def _choice_problems(self, words: tuple[Token, ...], index: int) -> Iterator[Problem]:
        """`colour == "orang"`, `"orang" == colour`, `colour in ["orang"]`."""
        word = words[index]
        if word.kind is not Kind.SIGN or word.text not in ("==", "!=", "in") or not 0 < index < len(words) - 1:
            return
        left, right = words[index - 1], words[index + 1]
        if word.text == "in":
            literals = _list_literals(words, index + 1)
        else:
            literals = [each for each in (left, right) if each.kind is Kind.STRING]
        for name in (left, right):
            fact = self._by_name.get(name.text) if name.kind is Kind.NAME else None
            if fact is None or fact.type is not FactType.CHOICE:
                continue
            for literal in literals:
                choice = text_of(literal)
                if choice not in fact.choices:
                    what = f"{fact.name!r} is never {choice!r}"
                    yield Problem(
                        literal.offset, what, "one of " + ", ".join(fact.choices), nearest(choice, fact.choices), _known
                    )

    def _limits(self, name: str) -> Limits | None:
        if name == "level":
            return (1.0, 4.0)
        fact = self._by_name.get(name.removesuffix(".forecast"))
        if fact is None or fact.type is not FactType.NUMBER or (fact.low or 0.0) > (fact.high or float("inf")):
            return None
        return fact.low, fact.high

    def _is_text(self, name: str) -> bool:
        fact = self._by_name.get(name)
        return fact is not None and _types[fact.type] == "string"


def _variable(number: int) -> str:
    # no fact has capitals
    return f"TASK_{number}"


def _argument(words: tuple[Token, ...], index: int) -> Token | None:
    """The one name or text that one of our functions at `index` is called with."""
    if words[index].kind is not Kind.CALL or words[index].text not in ("rank", "known", *task_functions):
        return None
    call = words[index + 1 : index + 4]
    if len(call) == 3 and call[0].text == "(" and call[2].text == ")" and call[1].kind in (Kind.NAME, Kind.STRING):
        return call[1]
    return None


def _list_literals(words: tuple[Token, ...], start: int) -> list[Token]:
    """The texts in the list that begins at `start`, if one does."""
    if words[start].text != "[":
        return []
    end = next((index for index in range(start, len(words)) if words[index].text == "]"), len(words))
    return [word for word in words[start:end] if word.kind is Kind.STRING]
