"""The short automatic answers to an SMS: what was recorded, or how to answer so that it can be."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from notifications.codes import OpenCode, shown
from notifications.grammar import Said
from notifications.message import Verb
from notifications.rendered import clean, is_chinese, marked
from notifications.tables import message_table
from store.kinds import Kind


def confirmation(connection: Connection, code: OpenCode, said: Said) -> str:
    task, language = _task_of(connection, code)
    if is_chinese(language):
        text = f"已记录：{shown(code.code)} {task}，{'收到' if said.verb is Verb.ACKNOWLEDGE else '不能到'}。"
    else:
        text = f"Recorded: {shown(code.code)} {task}, {'received' if said.verb is Verb.ACKNOWLEDGE else 'cannot'}."
    return marked(Kind.of(code.response), language, text)


def list_of(connection: Connection, codes: Sequence[OpenCode]) -> str:
    """How to answer, with what is open. Where drills and real tasks are mixed, each drill carries its own mark."""
    if not codes:
        return "目前没有等您回复的任务。/ Nothing waits for your answer."
    tasks = [(code, *_task_of(connection, code)) for code in codes]
    language = "zh" if any(is_chinese(language) for _, _, language in tasks) else "en"
    kinds = {Kind.of(code.response) for code in codes}
    items = [(Kind.of(code.response), f"{shown(code.code)} {task}") for code, task, _ in tasks]
    if len(kinds) == 1:
        return marked(kinds.pop(), language, _how_to_answer(language, codes[0], [item for _, item in items]))
    return _how_to_answer(language, codes[0], [marked(kind, language, item) for kind, item in items])


def _how_to_answer(language: str, first: OpenCode, items: Sequence[str]) -> str:
    example = f"1 {shown(first.code)}"
    if is_chinese(language):
        return f"没有看懂。回复 1 加编号表示收到，2 加编号表示不能到，例如“{example}”。待回复：{'；'.join(items)}"
    how = "Not understood. Reply 1 and the code for received, 2 and the code for cannot"
    return f"{how}, as in {example}. Open: {'; '.join(items)}"


def _task_of(connection: Connection, code: OpenCode) -> tuple[str, str]:
    """What the code stands for, and the person's language."""
    table = message_table(Kind.of(code.response))
    statement = (
        select(table.c.parameters, table.c.language)
        .where(table.c.response == code.response, table.c.assignment == code.assignment, table.c.person == code.person)
        .order_by(table.c.queued_at.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return (code.assignment, "zh") if row is None else (clean(row.parameters.get("task", "") or code.assignment), row.language)
