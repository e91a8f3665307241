"""Which names an expression over an alert may use."""

from collections.abc import Iterator
from dataclasses import dataclass

from plans.alert_parameters import parameter_problems
from plans.alert_values import value_problems
from plans.diagnostic import nearest
from plans.problems import Problem, loop_problems, order_problems, orders, sign_problems
from plans.tokens import Kind, Token, bound_names, tokens

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
    "parameters",
    "numbers",
    "color",
    "level",
)
_known = "known-facts"


@dataclass(frozen=True)
class AlertVocabulary:
    """One variable, `alert`, with the keys of `alert_keys`."""

    def variables(self) -> tuple[tuple[str, str], ...]:
        return (("alert", "map<string, dyn>"),)

    def problems(self, expression: str) -> tuple[Problem, ...]:
        words = tokens(expression)
        if signs := tuple(sign_problems(words)):
            return signs
        bound = bound_names(words)
        found = list(loop_problems(words))
        for index, word in enumerate(words):
            if word.kind is Kind.NAME and word.text.partition(".")[0] not in bound:
                found += self._name_problems(word)
            elif word.kind is Kind.SIGN and word.text in orders:
                found += order_problems(words, index, lambda _name: False)
            found += (*value_problems(words, index), *parameter_problems(words, index))
        return tuple(found)

    def _name_problems(self, word: Token) -> Iterator[Problem]:
        root, _, rest = word.text.partition(".")
        key = rest.partition(".")[0]
        if root != "alert":
            yield Problem(word.offset, f"there is no {root!r}", "'alert' and its keys", nearest(root, ["alert"]), _known)
        elif key not in alert_keys:
            offset = word.offset + (len(root) + 1 if key else 0)
            yield Problem(offset, f"an alert has no {key!r}", "a key of an alert", nearest(key, alert_keys), _known)
