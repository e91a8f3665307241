"""What a move to another version of the plan would change, in lines of one language."""

from collections.abc import Iterator
from datetime import tzinfo

from flows.running.calls import spoken
from notifications.rendered import clean
from plans.model import Text
from service.cli.pictures import local_time
from service.plain import Json

_SAME = Text("{response}：已在用这一版，没有变化", "{response}: runs under this version already, nothing would change")
_MOVE = Text("{response}：{plan} 由 {old} 换用 {new}", "{response}: {plan} from {old} to {new}")
_MEANING = Text("预案含义的变化：", "what changes in the plan:")
_OPENS = Text("将开启：", "tasks that would open:")
_WITHDRAWS = Text("将撤回（新版已无此任务，已叫应的人会收到通知）：", "tasks that would be withdrawn (who was called is told):")
_CLOCKS = Text("时限的变化：", "clocks that would move:")
_NOTHING = Text("无", "none")
_STOPS, _BEGINS = Text("取消", "stops"), Text("新增", "begins")
_KEPT = Text("已开启的任务保持原定时限。", "Open tasks keep the limits they were given.")
_AGAIN = Text("尚未执行；确认后加 --yes 与 --reason 再运行。", "Nothing was changed; repeat it with --yes and --reason to do it.")


def preview_lines(view: Json, zone: tzinfo, language: str) -> Iterator[str]:
    def say(text: Text, **values: object) -> str:
        return spoken(text, language).format(**values)

    if not view["changed"]:
        yield say(_SAME, response=view["response"])
        return
    old, new = (f"{clean(each['version'])} ({each['digest'][:12]})" for each in (view["from"], view["to"]))
    yield say(_MOVE, response=view["response"], plan=view["to"]["plan"], old=old, new=new)
    sections = (
        (_MEANING, [clean(each[language]) for each in view["differences"]]),
        (_OPENS, [_task(each, language) for each in view["opens"]]),
        (_WITHDRAWS, [_task(each, language) for each in view["withdraws"]]),
        (_CLOCKS, [_clock(each, zone, language) for each in view["clocks"]]),
    )
    for heading, lines in sections:
        yield say(heading) + ("" if lines else f" {say(_NOTHING)}")
        yield from (f"  {line}" for line in lines)
    yield say(_KEPT)
    yield say(_AGAIN)


def _task(task: Json, language: str) -> str:
    return f"{task['assignment']}  {clean(task['title'][language])}  {', '.join(task['people']) or '–'}"


def _clock(clock: Json, zone: tzinfo, language: str) -> str:
    before = local_time(clock["before"], zone) if clock["before"] else ""
    after = local_time(clock["after"], zone) if clock["after"] else ""
    about = f"{clock['assignment']} {clock['clock']}/{clock['name']}".strip()
    if before and after:
        return f"{about}  {before} → {after}"
    return f"{about}  {before or after}  {spoken(_STOPS if before else _BEGINS, language)}"
