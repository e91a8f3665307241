"""A CACAO playbook (v2.0) as a plan: ours comes back whole, that of others as a draft; what could not be taken is told."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from plans.basics import Text
from plans.cacao import SPEC, said_value, steps_of
from plans.cacao_conditions import variable
from plans.cacao_foreign import foreign
from plans.cacao_plan_text import written
from plans.cacao_signature import WrongSignatureError, fingerprint, signatures, verified
from plans.cacao_values import Json, both, extension_of
from plans.model import Plan
from plans.table_import_result import Imported, NotTaken, UnreadableImportError, comments, one_line

size_limit = 10_000_000
_form = f"a CACAO playbook in JSON with spec_version {SPEC}"
_others = ("playbook-action", "switch-condition")
# what a plan that was tampered with can break on, between its JSON and its text
_no_plan = (ValidationError, LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)
_course = ("condition", "on_completion", "on_true", "next_steps", "delay")
_taken_from_steps = ("name", "agent", "timeout", "step_extensions")
_retold = Text("以 CACAO 中改过的内容为准", "the playbook was changed after we wrote it: what it says now was taken")


def imported(file: str, content: bytes, name: str = "") -> Imported:
    """Error: `UnreadableImportError`. An empty name: that of the plan it was made from."""
    playbook = _read(file, content)
    held, broken = _signatures(playbook)
    ours = extension_of(playbook.get("playbook_extensions"))
    if not isinstance(ours.get("plan"), dict):
        return replace(foreign(file, playbook, name, broken), signed_by=held)
    try:
        return replace(_ours(file, playbook, ours, name, broken), signed_by=held)
    except _no_plan as cause:
        what = f"its part x_tocsin holds no plan ({_first(cause)})"
        raise UnreadableImportError(file, what, "it as tocsin plan export wrote it") from cause


def _ours(file: str, playbook: Json, ours: Json, name: str, broken: list[NotTaken]) -> Imported:
    reader = _Reader(playbook, ours)
    plan = Plan.from_json(json.dumps(reader.whole()).encode())
    told = [*broken, *reader.not_taken]
    if not reader.not_taken and plan.digest != ours.get("digest"):
        why = Text("内容与摘要不符", "the content is not what its digest says")
        told.append(NotTaken("playbook_extensions", str(ours.get("digest")), why))
    told += _rewired(playbook, plan, str(ours.get("digest")))
    plan = replace(plan, name=name or plan.name)
    top = [f"由 {file} 导入 / From the playbook {file}.", *comments(told)]
    return Imported(plan.name, written(plan, tuple(one_line(line) for line in top)), len(plan.tasks), tuple(told))


def _rewired(playbook: Json, plan: Plan, digest: str) -> Iterator[NotTaken]:
    """What leads where stands in the extension too; where the workflow has been given another course, that is told."""
    given = _mapping(playbook["workflow"])
    same = plan.digest == digest
    why = Text("剧本中的流程被改过，未采用", "the course of the workflow was changed: the plan still has the old one")
    try:
        expected = steps_of(plan, digest).steps
    except KeyError as cause:
        # whoever took a role away left tasks without one: the check of the draft names each
        yield NotTaken("workflow", str(cause), Text("流程指向没有的岗位或任务", "it leads to a role or task that is not there"))
        return
    for identifier, step in expected.items():
        now = _mapping(given.get(identifier))
        for key, value in _mapping(step).items():
            if (same or key in _course) and key not in _taken_from_steps and now.get(key) != value:
                yield NotTaken(f"workflow.{identifier}.{key}", json.dumps(now.get(key), ensure_ascii=False), why)


def _signatures(playbook: Json) -> tuple[tuple[str, ...], list[NotTaken]]:
    held: list[str] = []
    broken: list[NotTaken] = []
    for number, signature in enumerate(signatures(playbook)):
        try:
            held.append(f"{verified(playbook, signature)} (sha256 {fingerprint(signature)})")
        except (WrongSignatureError, RecursionError) as cause:
            why = Text("签名无效或无法核对", f"the signature does not hold or cannot be checked: {cause}")
            broken.append(NotTaken(f"signatures.{number}", str(signature.get("signee", "")), why))
    return tuple(held), broken


def _first(cause: Exception) -> str:
    return str(cause).splitlines()[0] if str(cause) else type(cause).__name__


def _read(file: str, content: bytes) -> Json:
    if len(content) > size_limit:
        raise UnreadableImportError(file, f"it has {len(content):,} bytes", f"at most {size_limit:,}")
    try:
        playbook = json.loads(content)
    except (ValueError, RecursionError) as cause:
        raise UnreadableImportError(file, f"it is no JSON: {_first(cause)}", _form) from cause
    if not isinstance(playbook, dict) or playbook.get("type") != "playbook":
        raise UnreadableImportError(file, "it is no playbook", _form)
    if playbook.get("spec_version") != SPEC:
        raise UnreadableImportError(file, f"its version is {playbook.get('spec_version')!r}", _form)
    if not isinstance(playbook.get("workflow"), dict):
        raise UnreadableImportError(file, "it has no workflow", _form)
    return playbook


@dataclass(frozen=True, slots=True)
class _Step:
    identifier: str
    step: Json
    task: Json


class _Reader:
    """Puts the plan together again: what the steps and agents say, and in the extension the rest."""

    def __init__(self, playbook: Json, ours: Json) -> None:
        self._playbook, self._ours = playbook, ours
        self.not_taken: list[NotTaken] = []

    def whole(self) -> Json:
        plan = dict(_mapping(self._ours["plan"]))
        plan["title"] = self._title("name", self._playbook.get("name"), plan["title"])
        agents = {key: extension_of(agent.get("agent_target_extensions")) for key, agent in self._objects("agent_definitions")}
        plan["roles"] = dict(self._roles(agents))
        steps = {str(each.task["name"]): each for each in self._steps()}
        order = [name for name in _listed(self._ours.get("tasks")) if isinstance(name, str)]
        plan["tasks"] = {name: self._task(steps[name], agents) for name in dict.fromkeys([*order, *steps]) if name in steps}
        for name in order:
            if name not in steps:
                self._tell(
                    "workflow", name, "步骤已从剧本中删除", "its step is no longer in the playbook: the plan has no such task"
                )
        plan["facts"] = {name: self._fact(name, _mapping(fact)) for name, fact in _mapping(plan["facts"]).items()}
        return plan

    def _steps(self) -> Iterator[_Step]:
        """Those that carry a task; what others added has no place in the extension."""
        # further rounds of a task, and asking whether others are done, are steps of ours without a task of their own
        carried = [extension_of(step.get("step_extensions")).get("title") for _, step in self._objects("workflow")]
        known = {_both(title) for title in carried if title}
        for identifier, step in self._objects("workflow"):
            task = extension_of(step.get("step_extensions"))
            if "name" in task:
                yield _Step(identifier, step, task)
            elif step.get("type") in _others or (
                step.get("type") == "action" and step.get("name") not in known and not _is_asking(step)
            ):
                self._tell(f"workflow.{identifier}", str(step.get("name", "")), "不是本系统写的步骤", "a step that others added")

    def _roles(self, agents: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
        for key, agent in self._objects("agent_definitions"):
            role = dict(agents[key])
            if not role:
                self._tell(
                    f"agent_definitions.{key}", str(agent.get("name", "")), "不是本系统写的岗位", "an agent that others added"
                )
                continue
            role["title"] = self._title(f"agent_definitions.{key}.name", agent.get("name"), role["title"])
            yield str(role["name"]), role

    def _task(self, step: _Step, agents: Mapping[str, Json]) -> Json:
        where = f"workflow.{step.identifier}"
        agent, timeout = str(step.step.get("agent")), step.step.get("timeout")
        role = agents.get(agent, {}).get("name")
        if role is None:
            self._tell(f"{where}.agent", agent, "不是本系统写的岗位，保留原岗位", "none of our roles: the task keeps its own")
            role = step.task["role"]
        elif role != step.task["role"]:
            self._tell(f"{where}.agent", str(role), _retold.zh, _retold.en)
        done = timeout / 1000 if isinstance(timeout, int) else step.task["done"]
        if done != step.task["done"]:
            self._tell(f"{where}.timeout", str(timeout), _retold.zh, _retold.en)
        title = self._title(f"{where}.name", step.step.get("name"), step.task["title"])
        return {**step.task, "title": title, "role": role, "done": done}

    def _fact(self, name: str, fact: Json) -> Json:
        """A value that somebody has set is the new default."""
        given = _mapping(_mapping(self._playbook.get("playbook_variables")).get(variable(name)))
        if not given:
            return fact
        value = given.get("value")
        if value == said_value(fact.get("default")):
            return fact
        self._tell(f"playbook_variables.{variable(name)}", str(value), _retold.zh, _retold.en)
        return {**fact, "default": _parsed(value)}

    def _title(self, where: str, said: object, title: object) -> object:
        """Both languages as we wrote them, unless the playbook says something else now."""
        if not isinstance(said, str) or said == _both(title):
            return title
        self._tell(where, said, _retold.zh, _retold.en)
        return {"zh": said, "en": said}

    def _objects(self, key: str) -> Iterator[tuple[str, Json]]:
        return ((name, each) for name, each in _mapping(self._playbook.get(key)).items() if isinstance(each, dict))

    def _tell(self, where: str, what: str, zh: str, en: str) -> None:
        self.not_taken.append(NotTaken(where, what, Text(zh, en)))


def _both(title: object) -> str:
    words = _mapping(title)
    return both(Text(str(words.get("zh")), str(words.get("en"))))


def _is_asking(step: Json) -> bool:
    return str(step.get("name", "")).startswith("询问 / Ask: ")


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _parsed(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
