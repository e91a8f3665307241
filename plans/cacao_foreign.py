"""Other people's CACAO playbooks as a draft: steps become tasks, branches become what waits for what."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from plans.basics import Text
from plans.cacao_steps import links
from plans.cacao_values import Json
from plans.table_import_draft import DraftPlan, DraftTask, drafted, named, without_circles
from plans.table_import_result import Imported, NotTaken, UnreadableImportError
from plans.vocabulary import reserved

_longest_title = 60
_shortest, _longest = 1_000, 366 * 86_400_000
_tasks_of = ("action", "playbook-action")
_conditions = ("if-condition", "while-condition", "switch-condition")
_types = {"bool": "boolean", "integer": "number", "long": "number", "float": "number"}


def foreign(file: str, playbook: Json, name: str, told_before: Sequence[NotTaken] = ()) -> Imported:
    """Error: `UnreadableImportError` when it has no steps to act by."""
    reader = _Foreign(playbook)
    tasks, circles = without_circles(list(reader.tasks()))
    if not tasks:
        raise UnreadableImportError(file, "its workflow has no action", "a playbook with at least one action step")
    said = str(playbook.get("name") or name or "playbook")
    own = name or named(said, "imported", ())
    facts = dict(reader.facts())
    told = [*told_before, *reader.not_taken, *circles]
    text, missing = drafted(DraftPlan(own, Text(_cut(said), _cut(said)), "", tasks, facts, file), told)
    return Imported(own, text, len(tasks), tuple(told), missing)


class _Foreign:
    def __init__(self, playbook: Json) -> None:
        self._playbook = playbook
        self._steps = _objects(playbook, "workflow")
        self._agents = _objects(playbook, "agent_definitions")
        self.not_taken: list[NotTaken] = []

    def tasks(self) -> Iterator[DraftTask]:
        before = self._before()
        for identifier, step in self._steps.items():
            where = f"workflow.{identifier}"
            kind = str(step.get("type"))
            if kind in _conditions:
                words = str(step.get("condition") or step.get("switch") or "")
                self._tell(
                    where,
                    words,
                    "条件要由人写成 when 或 while",
                    "a condition: a person writes it as `when` or `while` of the tasks behind it",
                )
            if kind not in _tasks_of:
                continue
            self._tell_rest(where, step)
            title = self._title(where, step)
            agent = self._agents.get(str(step.get("agent")), {})
            yield DraftTask(
                where=where,
                key=identifier,
                title=Text(title, title),
                role=str(agent.get("name", "")),
                after=tuple(before.get(identifier, ())),
                done=self._limit(where, step.get("timeout")),
            )

    def _limit(self, where: str, timeout: object) -> timedelta | None:
        if timeout is None:
            return None
        if isinstance(timeout, int) and _shortest <= timeout <= _longest:
            return timedelta(milliseconds=timeout)
        self._tell(f"{where}.timeout", str(timeout), "不是一秒到一年的毫秒数", "no milliseconds from a second to a year")
        return None

    def facts(self) -> Iterator[tuple[str, Json]]:
        """Variables that a person could record; identifiers, addresses and hashes are texts."""
        taken = {*reserved, "grade"}
        for key, given in _objects(self._playbook, "playbook_variables").items():
            own = named(key.strip("_"), "fact", taken)
            taken.add(own)
            kind = _types.get(str(given.get("type")), "text")
            words = _cut(str(given.get("description") or key.strip("_")))
            yield own, {"type": kind, **({"unit": "1"} if kind == "number" else {}), "title": words}

    def _title(self, where: str, step: Json) -> str:
        commands = step.get("commands")
        first = commands[0] if isinstance(commands, list) and commands and isinstance(commands[0], dict) else {}
        words = str(step.get("name") or step.get("description") or first.get("command") or "step")
        if len(words) > _longest_title:
            self._tell(f"{where}.name", words, "名称过长，已截短", f"longer than {_longest_title} characters: cut")
        return _cut(words)

    def _tell_rest(self, where: str, step: Json) -> None:
        commands = step.get("commands")
        for command in commands if isinstance(commands, list) else []:
            if not isinstance(command, dict):
                continue
            kind, words = str(command.get("type")), str(command.get("command") or command.get("command_b64") or "")
            if kind != "manual":
                self._tell(f"{where}.commands", words, f"{kind} 命令不由本系统执行", f"a {kind} command: a plan runs no programs")
            elif words and step.get("name"):
                self._tell(f"{where}.commands", words, "任务只有名称", "a task has a title alone: the order itself was left out")
        for key in ("targets", "in_args", "out_args", "delay", "on_failure", "step_variables"):
            if step.get(key):
                self._tell(f"{where}.{key}", str(step[key]), "任务没有这一项", "a task has no such part")
        if step.get("type") == "playbook-action":
            self._tell(
                where,
                str(step.get("playbook_id")),
                "另一剧本，请改为 links",
                "another playbook: a person makes it one of `links`",
            )

    def _before(self) -> dict[str, list[str]]:
        """For each task the tasks whose end leads to it, whatever stands between."""
        found: dict[str, list[str]] = {}
        for identifier, step in self._steps.items():
            if step.get("type") in _tasks_of:
                for follower in self._next(links(step)):
                    found.setdefault(follower, []).append(identifier)
            elif step.get("type") in ("parallel", *_conditions) and (then := step.get("on_completion") or step.get("on_success")):
                branches = [each for each in links(step) if each not in (then, step.get("on_failure"))]
                for follower in self._next(iter([str(then)])):
                    found.setdefault(follower, []).extend(self._last(branches))
        return {key: list(dict.fromkeys(each for each in before if each != key)) for key, before in found.items()}

    def _next(self, targets: Iterator[str]) -> list[str]:
        """The first tasks on the ways from here; what follows a branching step follows its branches."""
        found, queue, seen = [], list(targets), set[str]()
        for target in queue:
            step = self._steps.get(target, {})
            if target in seen:
                continue
            seen.add(target)
            if step.get("type") in _tasks_of:
                found.append(target)
                continue
            then = (step.get("on_completion"), step.get("on_success"), step.get("on_failure"))
            branching = step.get("type") in ("parallel", *_conditions)
            queue += [each for each in links(step) if not branching or each not in then]
        return found

    def _last(self, branches: list[str]) -> list[str]:
        """The tasks that branches end with."""
        found, queue, seen = [], list(branches), set[str]()
        for target in queue:
            step = self._steps.get(target, {})
            if target in seen:
                continue
            seen.add(target)
            followers = [each for each in links(step) if self._steps.get(each, {}).get("type") != "end"]
            if step.get("type") in _tasks_of and not followers:
                found.append(target)
            queue += followers
        return found

    def _tell(self, where: str, what: str, zh: str, en: str) -> None:
        self.not_taken.append(NotTaken(where, what, Text(zh, en)))


def _objects(owner: Json, key: str) -> dict[str, Json]:
    value = owner.get(key)
    return {name: each for name, each in value.items() if isinstance(each, dict)} if isinstance(value, dict) else {}


def _cut(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _longest_title else one_line[: _longest_title - 1] + "…"
