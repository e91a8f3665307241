"""A condition as a commander reads it: titles for names, words for signs; what has no words stays as it is written."""

import re
from collections.abc import Iterable, Mapping

from plans.choice_words import choice
from plans.condition_tree import Call, Compared, Joined, Literal, Name, Number, Opposite, Several, Tree, Truth, tree_of
from plans.graph_words import Language, say
from plans.model import Fact, FactType, Level, Plan, Text
from plans.unit_words import unit_word
from plans.vocabulary import FactVocabulary

_signs = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">", "*": "×", "+": "+", "-": "−"}
_turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_alert: Mapping[str, Text] = {
    "status": Text("预警状态", "status of the alert"),
    "type": Text("预警类型", "kind of the alert"),
    "event": Text("预警事件", "event of the alert"),
    "event_codes": Text("预警事件代码", "event code of the alert"),
    "level": Text("预警级别（1最高）", "level of the alert (1 is the highest)"),
    "severity_rank": Text("预警严重程度（4最高）", "severity of the alert (4 is the highest)"),
    "headline": Text("预警标题", "headline of the alert"),
    "color": Text("预警颜色", "colour of the alert"),
    "areas": Text("预警区域", "area of the alert"),
    "sender": Text("发布单位", "sender of the alert"),
    "numbers.EventPreliminaryMagnitude": Text("预警所载震级", "magnitude in the alert"),
}
_alert_values: Mapping[str, Text] = {
    "Actual": Text("实际", "actual"),
    "Alert": Text("首次", "alert"),
    "Update": Text("更新", "update"),
}
_cjk = re.compile("[⺀-鿿]")


def in_plain_words(plan: Plan, condition: str, language: Language) -> str:
    tree = tree_of(condition)
    return (tree and _Words(plan, language).said(tree)) or condition


def ways(plan: Plan, condition: str, language: Language) -> tuple[str, ...]:
    """Each of the conditions of which one is enough."""
    tree = tree_of(condition)
    if isinstance(tree, Joined) and tree.sign == "||":
        told = [_Words(plan, language).said(part) for part in tree.parts]
        if all(told):
            return tuple(told)
    return (in_plain_words(plan, condition, language),)


class _Words:
    """Empty where there are no words."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan, self.language = plan, language

    def said(self, tree: Tree) -> str:
        match tree:
            case Joined("&&" | "||" as sign, parts):
                return self._joined(sign, _needed(parts) if sign == "&&" else parts)
            case Opposite(inner):
                return self._denied(inner)
            case Compared(sign, left, right):
                return self._compared(sign, left, right)
            case Call():
                return self._call(tree, denied=False)
            case Name("night"):
                return self._two("夜间", "it is night")
            case Name(name):
                return self._name(name)
            case Truth(value):
                return self._two("总是", "always") if value else self._two("从不", "never")
        return ""

    def _two(self, chinese: str, english: str) -> str:
        return chinese if self.language == "zh" else english

    def _joined(self, sign: str, parts: Iterable[Tree]) -> str:
        told = []
        for part in parts:
            words = self.said(part)
            if isinstance(part, Joined) and part.sign in ("&&", "||") and part.sign != sign and len(_needed(part.parts)) > 1:
                words = self._two(f"（{words}）", f"({words})") if words else ""
            told.append(words)
        between = {"&&": self._two("，且", ", and "), "||": self._two("，或", ", or ")}[sign]
        return between.join(told) if all(told) else ""

    def _denied(self, inner: Tree) -> str:
        match inner:
            case Call():
                return self._call(inner, denied=True)
            case Name("night"):
                return self._two("白天", "it is day")
            case Name(name) if told := self._name(name):
                return self._two(f"{told}：否", f'"{told}": no')
        words = self.said(inner)
        return self._two(f"并非（{words}）", f"not ({words})") if words else ""

    def _call(self, call: Call, *, denied: bool) -> str:
        match call:
            case Call("known", "", (Name(name),)) if told := self._name(name):
                told = self._two(told, f'"{told}"')
                return told + (self._two("未知", " is unknown") if denied else self._two("已知", " is known"))
            case Call("running" | "done" as asked, "", (Name(name),)) if name in self.plan.tasks:
                task = self.plan.tasks[name]
                title = self._two(f"“{task.title.zh}”", f'"{task.title.en}"')
                states = {
                    ("running", False): self._two("正在进行", " is under way"),
                    ("running", True): self._two("没有进行", " is not under way"),
                    ("done", False): self._two("已完成", " is done"),
                    ("done", True): self._two("尚未完成", " is not done"),
                }
                return title + states[asked, denied]
            case Call("matches", owner, (Literal(pattern),)) if not denied and (told := self._name(owner)):
                return told + self._two("含", " contains ") + self._patterns(pattern)
            case Call("exists", owner, (Name(), Compared("in", Name(), Several(values)))) if not denied and (
                told := self._name(owner)
            ):
                return told + self._two("为", " is ") + self._listed([self._value(None, each) for each in values])
        return ""

    def _patterns(self, pattern: str) -> str:
        """The words of a pattern that are of this language."""
        words = re.sub(r"\(\?i:|\)", "", pattern).split("|")
        own = [word for word in words if bool(_cjk.search(word)) is (self.language == "zh")]
        return self._listed(own or words)

    def _listed(self, words: list[str]) -> str:
        return self._two("或", " or ").join(words) if all(words) else ""

    def _compared(self, sign: str, left: Tree, right: Tree) -> str:
        match left, right:
            case ((Literal() | Number() | Truth()), Name()):
                return self._compared(_turned[sign], right, left) if sign in _turned else ""
            case Name("level"), Number(text) if text in "1234" and sign != "in":
                return self._level(sign, Level(int(text)))
            case Call("rank", "", (Name(name),)), Call("rank", "", (Literal(value),)):
                return self._ranked(sign, name, value)
            case Name(name), Several(values) if sign == "in":
                listed = self._listed([self._value(name, each) for each in values])
                words = self._name(name)
                return words + self._two("为", " is ") + listed if words and listed else ""
            case Name(name), Truth(value) if sign in ("==", "!="):
                return self.said(left) if value is (sign == "==") else self._denied(left)
            case Name(name), Literal() if sign in ("==", "!="):
                words, told = self._name(name), self._value(name, right)
                verb = self._two("为", " is ") if sign == "==" else self._two("不为", " is not ")
                return words + verb + told if words and told else ""
        one, other = self._amount(left), self._amount(right)
        unit = self._unit(left) if isinstance(right, Number) else ""
        return f"{one} {_signs[sign]} {other}{unit}" if one and other and sign in _signs else ""

    def _ranked(self, sign: str, name: str, value: str) -> str:
        words, told = self._name(name), self._value(name, Literal(value))
        if not words or not told:
            return ""
        chinese = {">=": f"达到{told}及以上", ">": f"高于{told}", "<=": f"不高于{told}", "<": f"低于{told}"}
        english = {
            ">=": f" is {told} or higher",
            ">": f" is above {told}",
            "<=": f" is {told} or lower",
            "<": f" is below {told}",
        }
        told_by = chinese if self.language == "zh" else english
        return words + told_by[sign] if sign in told_by else ""

    def _level(self, sign: str, level: Level) -> str:
        # level I is the number 1: "at most 3" is III and higher
        chinese = {"<=": "级及以上", ">=": "级及以下", "<": "级以上（不含）", ">": "级以下（不含）", "==": "级", "!=": "级以外"}
        english = {"<=": " or higher", ">=": " or lower", "<": " exceeded", ">": " not reached", "==": "", "!=": " excepted"}
        return self._two(f"响应级别为{level.name}{chinese[sign]}", f"the response level is {level.name}{english[sign]}")

    def _amount(self, tree: Tree) -> str:
        match tree:
            case Number(text):
                return text
            case Name(name):
                return self._name(name)
            case Joined("*" | "+" | "-" as sign, (left, right)):
                one, other = self._part(sign, left, first=True), self._part(sign, right, first=False)
                return f"{one} {_signs[sign]} {other}" if one and other else ""
        return ""

    def _part(self, sign: str, part: Tree, *, first: bool) -> str:
        """An amount inside another; in brackets where it would be read otherwise without."""
        words = self._amount(part)
        needs_brackets = isinstance(part, Joined) and (not first or (sign == "*" and part.sign != "*"))
        return self._two(f"（{words}）", f"({words})") if words and needs_brackets else words

    def _unit(self, tree: Tree) -> str:
        fact = self._fact(tree.name) if isinstance(tree, Name) else None
        # a title that names the unit itself has said it
        called = unit_word(fact.unit, self.language) if fact and "（" not in fact.title.zh else ""
        return f" {called}" if called else ""

    def _fact(self, name: str | None) -> Fact | None:
        root, _, field = (name or "").partition(".")
        return _field(self.plan, name or "") if root == "finding" and field else self.plan.facts.get(root)

    def _name(self, name: str) -> str:
        if name.startswith("alert."):
            title = _alert.get(name.removeprefix("alert."))
            return say(title, self.language) if title else ""
        fact = self._fact(name)
        if fact is None:
            return ""
        return say(fact.title, self.language) + (self._two("（预报）", " (forecast)") if name.endswith(".forecast") else "")

    def _value(self, name: str | None, tree: Tree) -> str:
        match tree:
            case Literal(text):
                fact = self._fact(name)
                if fact and fact.type is FactType.CHOICE:
                    return choice(fact, text, self.language)
                return say(_alert_values.get(text, Text(text, text)), self.language)
            case Number(text):
                return text
        return ""


def _field(plan: Plan, name: str) -> Fact | None:
    """The field of a finding as `finding.NAME`; None where several kinds call it otherwise."""
    kinds = (FactVocabulary((), finding=kind).fields for kind in plan.findings.values())
    found = [fields[name] for fields in kinds if name in fields]
    return found[0] if found and all(each == found[0] for each in found) else None


def _needed(parts: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """Without `known(x)` where another part cannot be true without x."""
    named = [frozenset() if isinstance(part, Joined | Call) else _names(part) for part in parts]
    return tuple(
        part
        for number, part in enumerate(parts)
        if not (
            isinstance(part, Call)
            and part.function == "known"
            and any(_names(part) <= names for other, names in enumerate(named) if other != number)
        )
    )


def _names(tree: Tree) -> frozenset[str]:
    match tree:
        case Name(name):
            return frozenset({name})
        case Joined(_, parts) | Several(parts) | Call(_, _, parts):
            return frozenset().union(*(_names(part) for part in parts))
        case Compared(_, left, right):
            return _names(left) | _names(right)
        case Opposite(inner):
            return _names(inner)
    return frozenset()
