"""The tasks of a plan as workflow steps of a CACAO playbook: who waits for whom as branches, conditions, loops and waits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from plans.cacao_conditions import RESPONSE_OPEN, at_levels, condition, is_true, joined, variable
from plans.cacao_task_words import activity, command, description
from plans.cacao_values import Json, both, extended, made_id
from plans.model import Phase, Plan, Task
from plans.task_order import ordered


@dataclass
class Workflow:
    """`judged`: variables that stand for conditions the grammar cannot say, with the condition."""

    steps: dict[str, object] = field(default_factory=dict)
    start: str = ""
    judged: dict[str, str] = field(default_factory=dict)


def workflow(
    plan: Plan, digest: str, agents: Mapping[str, str], tasks: Mapping[str, Json], references: Mapping[str, Json]
) -> Workflow:
    """`digest`: what its identifiers are made from.

    `agents`: the identifier of each role; `tasks`: what of each task the extension holds; `references`: the sources.
    """
    return _Writer(plan, digest, agents, tasks, references).written()


class _Writer:
    def __init__(
        self, plan: Plan, digest: str, agents: Mapping[str, str], tasks: Mapping[str, Json], references: Mapping[str, Json]
    ) -> None:
        self._digest = digest
        self._plan, self._agents, self._tasks, self._references = plan, agents, tasks, references
        self._found = Workflow()
        self._known = frozenset({"level", "night", *plan.facts, *(f"{fact.name}.forecast" for fact in plan.facts.values())})
        self._order = {name: place for place, name in enumerate(ordered(plan.tasks, self._same_phase))}
        self._behind: dict[str, list[str]] = {}
        for task in plan.tasks.values():
            if first := self._follows(task):
                self._behind.setdefault(first, []).append(task.name)

    def written(self) -> Workflow:
        """Start, the response with all its branches, recovery behind it, end."""
        phases = {phase: [task for task in self._plan.tasks.values() if task.phase is phase] for phase in Phase}
        recovery = self._fan("recovery", [task.name for task in phases[Phase.RECOVERY] if not self._follows(task)], "")
        first = self._fan("response", [task.name for task in phases[Phase.RESPONSE] if not self._follows(task)], recovery)
        self._found.start = self._step("start", "workflow", {"name": "开始 / Start", "on_completion": first})
        for task in self._plan.tasks.values():
            self._write(task)
        return self._found

    def _same_phase(self, name: str) -> list[str]:
        """What a task waits for; recovery waits for the whole response anyway."""
        tasks = self._plan.tasks
        return [each for each in tasks[name].after if each in tasks and tasks[each].phase is tasks[name].phase]

    def _follows(self, task: Task) -> str:
        """The predecessor whose branch a task stands in: the last of them in the order of the work; the others are waited for."""
        return max(self._same_phase(task.name), key=lambda name: self._order[name], default="")

    def _fan(self, name: str, tasks: list[str], then: str) -> str:
        """Where a branch goes on to: nothing more, one task after another, or several at the same time."""
        entries: list[str] = [self._entry(self._plan.tasks[task]) for task in tasks]
        if not entries or (len(entries) == 1 and not then):
            return entries[0] if entries else then
        if len(entries) == 1:
            # a branch has an end of its own: what follows one branch alone follows a condition around it
            words = {"name": "响应期间 / During the response", "condition": is_true(RESPONSE_OPEN), "on_true": entries[0]}
            return self._step("if-condition", name, words | {"on_completion": then})
        parallel = {"name": "同时进行 / At the same time", "next_steps": entries}
        return self._step("parallel", name, {**parallel, "on_completion": then or self._end(name)})

    def _entry(self, task: Task) -> str:
        kind = "while-condition" if self._others(task) else "if-condition" if self._asked_when(task) else "action"
        return self._id(kind, "wait" if self._others(task) else "when" if kind == "if-condition" else "do", task.name)

    def _others(self, task: Task) -> list[str]:
        ours = self._follows(task)
        return [name for name in self._same_phase(task.name) if name != ours]

    def _asked_when(self, task: Task) -> str:
        """When the task opens at all, beside having nothing before it."""
        levels = at_levels(task.levels, frozenset(self._plan.levels))
        signal = is_true(variable(f"signal_{task.name}")) if task.signal else ""
        return joined([signal, levels, self._condition(task.when, f"when_{task.name}")])

    def _condition(self, cel: str, name: str) -> str:
        if not cel:
            return ""
        said = condition(cel, name, self._known)
        if said.judged:
            self._found.judged[said.judged] = said.cel
        return said.text

    def _write(self, task: Task) -> None:
        after = self._after(task)
        asked = self._asked_when(task)
        if self._others(task):
            self._wait(task, self._id("if-condition", "when", task.name) if asked else self._id("action", "do", task.name))
        if asked:
            words = {"name": f"是否适用 / Whether it applies: {both(task.title)}", "condition": asked}
            branch = {"on_true": self._id("action", "do", task.name), "on_completion": after}
            self._step("if-condition", "when", {**words, **branch}, task.name)
            self._action(task, "do", self._end("when", task.name))
        else:
            self._action(task, "do", after)

    def _after(self, task: Task) -> str:
        """Further rounds go on beside what waits for the first."""
        rounds = [self._rounds(task)] if task.every or task.every_case else []
        behind = [self._entry(self._plan.tasks[name]) for name in self._behind.get(task.name, ())]
        branches = rounds + behind
        if not branches:
            return self._end("after", task.name)
        if len(branches) == 1:
            return branches[0]
        words = {"name": f"此后 / After: {both(task.title)}", "next_steps": branches}
        return self._step("parallel", "after", {**words, "on_completion": self._end("after", task.name)}, task.name)

    def _rounds(self, task: Task) -> str:
        goes_on = [is_true(RESPONSE_OPEN), at_levels(task.levels, frozenset(self._plan.levels))]
        goes_on.append(self._condition(task.repeat_while, f"while_{task.name}"))
        until = self._condition(f"!({task.repeat_until})", f"until_not_{task.name}") if task.repeat_until else ""
        first = self._id("action", "round", task.name)
        words = {"name": f"重复 / Rounds: {both(task.title)}", "condition": joined([*goes_on, until]), "on_true": first}
        loop = self._step("while-condition", "rounds", {**words, "on_completion": self._end("rounds", task.name)}, task.name)
        every = {*task.every.values(), *(interval for case in task.every_case for interval in case.every.values())}
        # an interval that depends on the level or on a case stands in the extension
        waits = {"delay": int(every.pop().total_seconds() * 1000)} if len(every) == 1 else {}
        self._action(task, "round", self._end("round", task.name), waits)
        return loop

    def _wait(self, task: Task, then: str) -> None:
        """A task stands in one branch; the predecessors in others are waited for by asking."""
        others = self._others(task)
        titles = ", ".join(both(self._plan.tasks[name].title) for name in others)
        open_still = " OR ".join(f"{variable(f'done_{name}')}:value = false" for name in others)
        words = {"name": f"等待 / Waiting for: {titles}", "condition": open_still, "on_completion": then}
        asking = self._id("action", "ask", task.name)
        self._step("while-condition", "wait", {**words, "on_true": asking}, task.name)
        asked = {
            "type": "manual",
            "command": f"询问是否已完成 / Ask whether it is done: {titles}",
            "playbook_activity": "step-sequence",
        }
        step = {"name": f"询问 / Ask: {titles}", "commands": [asked], "agent": self._agents[task.role]}
        answers = {"out_args": [variable(f"done_{name}") for name in others]}
        self._step("action", "ask", {**step, **answers, "on_completion": self._end("ask", task.name)}, task.name)

    def _action(self, task: Task, part: str, then: str, waits: Mapping[str, int] | None = None) -> None:
        words: Json = {"name": both(task.title), "description": description(task, self._plan), **(waits or {})}
        if reference := self._references.get(task.source.partition(" ")[0]):
            words["external_references"] = [reference]
        words["timeout"] = int(task.done.total_seconds() * 1000)
        manual = {"type": "manual", "command": command(task, self._plan), "playbook_activity": activity(task)}
        words |= {"commands": [manual], "agent": self._agents[task.role]}
        outcome = [variable(f"done_{task.name}"), *(variable(each.fact) for each in task.evidence if each.fact)]
        words |= {"out_args": outcome, "on_completion": then}
        if part == "do":
            words["step_extensions"] = extended(self._tasks[task.name])
        self._step("action", part, words, task.name)

    def _end(self, *parts: str) -> str:
        return self._step("end", parts[0], {"name": "结束 / End"}, *parts[1:])

    def _step(self, kind: str, part: str, words: Mapping[str, object], task: str = "") -> str:
        identifier = self._id(kind, part, task)
        self._found.steps[identifier] = {"type": kind, **words}
        return identifier

    def _id(self, kind: str, part: str, task: str = "") -> str:
        return made_id(kind, self._digest, part, task)


def links(step: Mapping[str, object]) -> Iterator[str]:
    """Every step that one leads to."""
    for key in ("on_completion", "on_success", "on_failure", "on_true", "on_false"):
        if isinstance(target := step.get(key), str):
            yield target
    for several in (step.get("next_steps"), step.get("cases")):
        targets: Iterable[object] = (
            several.values() if isinstance(several, dict) else several if isinstance(several, list) else ()
        )
        yield from (target for target in targets if isinstance(target, str))
