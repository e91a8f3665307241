"""What a person reads of a task in a CACAO playbook: the order in both languages, and what other tools have no place for."""

from collections.abc import Iterator

from plans.basics import Text
from plans.cacao_values import both
from plans.graph_words import spoken
from plans.model import Plan, Task
from plans.quantities import in_words


def command(task: Task, plan: Plan) -> str:
    """The order itself: what, by when, and what is filed; one line, both languages."""
    zh = f"{task.title.zh}：{spoken(task.ack, 'zh')}内应答，{spoken(task.done, 'zh')}内完成"
    en = f"{task.title.en}: answer within {spoken(task.ack, 'en')}, finish within {spoken(task.done, 'en')}"
    filed = [each.title for each in task.evidence if each.required]
    if filed:
        zh += f"，提交{'、'.join(each.zh for each in filed)}"
        en += f", file {', '.join(each.en for each in filed)}"
    role = plan.roles[task.role].title
    return f"{role.zh}：{zh}。 / {role.en}: {en}."


def description(task: Task, plan: Plan) -> str:
    """What the steps around it do not say."""
    return " ".join(f"{zh} / {en}." for zh, en in _told(task, plan)) or both(task.title)


def activity(task: Task) -> str:
    if task.report or task.signal:
        return "deliver-content"
    return "step-sequence" if task.approval else "execute-operation"


def _told(task: Task, plan: Plan) -> Iterator[tuple[str, str]]:
    if task.life_safety:
        yield "涉及人身安全，不等待批准", "Life safety: waits for no approval"
    if task.each:
        kind = plan.findings[task.each].title if task.each in plan.findings else Text(task.each, task.each)
        yield f"每项{kind.zh}各一次", f"Once for each {kind.en}"
    if task.after:
        before = [plan.tasks[name].title for name in task.after if name in plan.tasks]
        yield f"前置：{'、'.join(each.zh for each in before)}", f"After: {', '.join(each.en for each in before)}"
    for name, length in task.after_at_most.items():
        title = plan.tasks[name].title
        yield f"{title.zh}最多等{spoken(length, 'zh')}", f"{title.en} is waited for at most {spoken(length, 'en')}"
    if task.every:
        said = ", ".join(f"{level.name} {in_words(every)}" for level, every in task.every.items())
        yield f"重复：{said}", f"Comes round: {said}"
    if task.signal:
        yield "只在发出信号时开启", "Opens only when the signal is sent"
    if task.source:
        yield f"依据：{task.source}", f"Source: {task.source}"
