"""Which names an expression may use, and what it may do with them: the facts of a plan, or one alert."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from plans.diagnostic import nearest
from plans.model import Fact, FactType
from plans.tokens import Kind, Rewritten, Token, bound_names, loops, rewrite, text_of, tokens

alert_keys = (
    "status",
    "type",
    "sender",
    "identifier",
    "event",
    "event_codes",
    "categories",
    "severity",
    "severity_rank",
    "urgency",
    "certainty",
    "response_types",
    "headline",
    "description",
    "areas",
    "geocodes",
    "color",
    "level",
)
reserved = frozenset(
    {"alert", "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "known", "let"}
    | {"level", "loop", "namespace", "null", "package", "rank", "return", "true", "var", "void", "while"}
)
_types = {FactType.NUMBER: "double", FactType.BOOLEAN: "bool", FactType.CHOICE: "string", FactType.TEXT: "string"}
_known = "known-facts"
_orders = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at `offset` characters into an expression, and the rule it breaks."""

    offset: int
    what: str
    expected: str
    suggestion: str = ""
    rule: str = "condition"


@dataclass(frozen=True)
class FactVocabulary:
    """Facts by their bare names, `flow.forecast`, `known(…)`, `rank(…)` of choices, and `level`."""

    facts: tuple[Fact, ...]

    @cached_property
    def _by_name(self) -> dict[str, Fact]:
        return {fact.name: fact for fact in self.facts}

    def variables(self) -> tuple[tuple[str, str], ...]:
        """CEL variables and their types, `rank` and `known` included as variables of their own."""
        return tuple(self._variables())

    def _variables(self) -> Iterator[tuple[str, str]]:
        yield "level", "double"
        for fact in self.facts:
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

    def rewrite(self, expression: str) -> Rewritten:
        """Whole numbers become decimal ones; `rank(x)` and `known(x)` become variables or numbers."""
        words = tokens(expression)
        replacements = []
        for index, word in enumerate(words):
            if word.kind is Kind.NUMBER and word.text.isdigit():
                replacements.append((word.offset + len(word.text), word.offset + len(word.text), ".0"))
            elif argument := _argument(words, index):
                start, end = word.offset, words[index + 3].offset + 1
                replacements.append((start, end, self._replacement(word.text, argument)))
        return rewrite(expression, replacements)

    def _replacement(self, function: str, argument: Token) -> str:
        if argument.kind is Kind.STRING:
            ranks = self._ranks(text_of(argument))
            return f"{min(ranks)}.0" if ranks else argument.text
        return f"{argument.text}.{function}"

    def _ranks(self, choice: str) -> set[int]:
        return {fact.choices.index(choice) for fact in self.facts if choice in fact.choices}

    def problems(self, expression: str, *, at_level: bool) -> tuple[Problem, ...]:
        """Unknown names, unknown choices, texts compared by order; in reading order."""
        words = tokens(expression)
        bound = bound_names(words)
        found = list(_loop_problems(words))
        for index, word in enumerate(words):
            if word.kind is Kind.NAME and word.text.partition(".")[0] not in bound:
                found += self._name_problems(word, at_level=at_level)
            elif word.kind is Kind.CALL and word.text in ("rank", "known"):
                found += self._call_problems(words, index)
            elif word.kind is Kind.SIGN and word.text in _orders:
                found += order_problems(words, index, self._is_text)
            elif word.text in ("/", "%"):
                found += _division_problems(words, index)
            found += self._choice_problems(words, index)
        return tuple(sorted(found, key=lambda problem: problem.offset))

    def _name_problems(self, word: Token, *, at_level: bool) -> Iterator[Problem]:
        root, _, rest = word.text.partition(".")
        if word.text == "level":
            if not at_level:
                yield Problem(word.offset, "'level' is used here", "facts only; 'level' is for the 'when' of tasks")
        elif root not in self._by_name:
            known = [*self._by_name, "level"] if at_level else self._by_name
            yield Problem(word.offset, f"there is no fact {root!r}", "a declared fact", nearest(root, known), _known)
        elif rest and rest != "forecast":
            offset = word.offset + len(root) + 1
            yield Problem(
                offset, f"{root!r} has no {rest!r}", "the bare fact or its 'forecast'", nearest(rest, ["forecast"]), _known
            )
        elif rest and not self._by_name[root].forecast:
            yield Problem(word.offset, f"the fact {root!r} has no forecast", "'forecast: true' on the fact", "", _known)

    def _call_problems(self, words: tuple[Token, ...], index: int) -> Iterator[Problem]:
        call, argument = words[index], _argument(words, index)
        if argument is None or (call.text == "known" and argument.kind is Kind.STRING):
            yield Problem(call.offset, f"{call.text}() is called with something else", f"{call.text}(…) of one fact")
        elif call.text == "rank" and argument.kind is Kind.STRING:
            choice = text_of(argument)
            ranks = self._ranks(choice)
            every = [each for fact in self.facts for each in fact.choices]
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

    def _is_text(self, name: str) -> bool:
        fact = self._by_name.get(name)
        return fact is not None and _types[fact.type] == "string"


@dataclass(frozen=True)
class AlertVocabulary:
    """One variable, `alert`, with the keys of `alert_keys`."""

    def variables(self) -> tuple[tuple[str, str], ...]:
        return (("alert", "map<string, dyn>"),)

    def problems(self, expression: str) -> tuple[Problem, ...]:
        words = tokens(expression)
        bound = bound_names(words)
        found = list(_loop_problems(words))
        for index, word in enumerate(words):
            if word.kind is Kind.NAME and word.text.partition(".")[0] not in bound:
                found += self._name_problems(word)
            elif word.kind is Kind.SIGN and word.text in _orders:
                found += order_problems(words, index, lambda _name: False)
        return tuple(found)

    def _name_problems(self, word: Token) -> Iterator[Problem]:
        root, _, rest = word.text.partition(".")
        key = rest.partition(".")[0]
        if root != "alert":
            yield Problem(word.offset, f"there is no {root!r}", "'alert' and its keys", nearest(root, ["alert"]), _known)
        elif key not in alert_keys:
            offset = word.offset + (len(root) + 1 if key else 0)
            yield Problem(offset, f"an alert has no {key!r}", "a key of an alert", nearest(key, alert_keys), _known)


def order_problems(words: tuple[Token, ...], index: int, is_text: Callable[[str], bool]) -> Iterator[Problem]:
    """`<` and `>` between texts compare letters, not danger."""
    for step, skipped in ((-1, ")"), (1, "(")):
        near = index + step
        while 0 <= near < len(words) and words[near].text == skipped:
            near += step
        if not 0 <= near < len(words):
            continue
        word = words[near]
        follows_rank = step < 0 and near >= 2 and words[near - 2].text in ("rank", "size")
        if (word.kind is Kind.STRING or (word.kind is Kind.NAME and is_text(word.text))) and not follows_rank:
            what = f"texts are compared with {words[index].text!r}"
            yield Problem(words[index].offset, what, "== or in, or the order of choices with rank(…)", "", "text-order")
            return


def _loop_problems(words: tuple[Token, ...]) -> Iterator[Problem]:
    """Loops in loops take time that grows with each: two are enough for any list of an alert."""
    for loop in loops(words)[2:]:
        yield Problem(loop.offset, f"a third loop {loop.text!r}", "at most two in one expression")


def _division_problems(words: tuple[Token, ...], index: int) -> Iterator[Problem]:
    """Divided by zero a decimal number is infinite, and greater than every threshold."""
    divisor = words[index + 1] if index + 1 < len(words) else None
    if divisor is None or divisor.kind is not Kind.NUMBER or float(divisor.text) == 0:
        expected = "a multiplication (flow >= 0.9 * limit), or a division by a number that is not 0"
        yield Problem(words[index].offset, "this may divide by zero", expected)


def _argument(words: tuple[Token, ...], index: int) -> Token | None:
    """The one name or text that `rank` or `known` at `index` is called with."""
    if words[index].kind is not Kind.CALL or words[index].text not in ("rank", "known"):
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
