"""What the engine itself gives as a reason, in Chinese and English, made here once and kept in the journal as it was said.

A person's reason is a plain string and stays as they wrote it; a record so reads the same in either language, years later too.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flows.model.task_events import Reason, both
from plans.condition_words import in_plain_words
from plans.model import Level, LevelRule, Plan, Text

STOOD_DOWN = Text("响应已终止", "stood down")
STILL_STANDS = Text("信号尚未解除", "the signal that stops it still stands")
NEXT_SHIFT = Text("下一班已开始", "the next one has begun")
NO_REASON = Text("未说明原因", "no reason given")
PLAN_MOVED = Text("响应已换用新版预案", "the response has been moved to another version of its plan")
TASK_GONE = Text("新版预案已无此任务", "the version that the response was moved to has no such task")
CANCELLED_IN_PREFECT = Text(
    "有人在流程平台中取消了它的运行。请终止响应并写明理由，或驳回，响应照常进行",
    "somebody cancelled its run in Prefect; stand the response down with the reason, or refuse: it goes on until then",
)
ALL_DECLINED_OR_ANSWERED = Text("责任人均已回复或不能到", "every assignee has declined or answered")
NO_APPROVER = Text("有权批准的岗位无人在岗", "nobody holds a post that may approve it")
NO_DEPUTY = Text("没有副岗，或副岗均不能到", "no deputy is named, or every deputy has declined")

_CHANNELS = {"sms": "短信", "wechat": "微信", "voice": "电话", "email": "邮件"}
_STATES = {"failed": "未送达", "expired": "逾期未发出"}
_CODES = {
    "address": Text("地址或号码不对", "the address or number is not right"),
    "expired": Text("逾期未发出", "not sent in time"),
    "no-channel": Text("没有配置渠道", "no such channel is set up"),
    "no-address": Text("没有可用的联系方式", "no address to reach them at"),
    "no-template": Text("没有获批的短信模板", "no template is approved for it"),
    "connect": Text("连不上网关", "the gateway cannot be reached"),
    "refused": Text("网关拒收或连不上", "refused, or the gateway cannot be reached"),
    "tls": Text("网关证书不可信", "the gateway's certificate is not good enough"),
    "timeout": Text("网关无应答", "no answer from the gateway"),
    "fault": Text("渠道故障", "the channel failed"),
}
_CHINESE = re.compile("[\u2e80-\u9fff]")


def condition_in_words(plan: Plan, condition: str) -> Text:
    return Text(in_plain_words(plan, condition, "zh"), in_plain_words(plan, condition, "en"))


def role_title(plan: Plan, role: str) -> Text:
    return plan.roles[role].title if role in plan.roles else Text(role, role)


def opening_rule(plan: Plan, rule: LevelRule, called_for: Level | None, unjudged: Sequence[Level]) -> Text:
    """The condition of the level that was opened, and what the facts alone call for."""
    held, called = condition_in_words(plan, rule.when), called_for.name if called_for else ""
    names = ", ".join(level.name for level in unjudged)
    zh = f"{rule.level.name}级：{held.zh}；按事实应为：{called + '级' if called else '无'}"
    en = f"{rule.level.name}: {held.en}; the facts call for: {called or 'none'}"
    return Text(f"{zh}；无法判断：{names}", f"{en}; could not be judged: {names}") if names else Text(zh, en)


def not_needed(plan: Plan, condition: str) -> Text:
    held = condition_in_words(plan, condition)
    return Text(f"已无需要，不再满足：{held.zh}", f"not needed any more, no longer so: {held.en}")


def not_paused(plan: Plan, condition: str) -> Text:
    held = condition_in_words(plan, condition)
    return Text(f"不再满足：{held.zh}", f"no longer so: {held.en}")


def end_condition(plan: Plan) -> Text:
    held, (zh, en) = condition_in_words(plan, plan.end.when), spell(plan.end.hold)
    return Text(f"已持续{zh}：{held.zh}", f"has held for {en}: {held.en}")


def round_due(number: int) -> Text:
    return Text(f"第{number}轮到时仍未办结", f"not done when round {number} was due")


def opened_again(plan: Plan, because: str, reopener: str = "", each: str = "") -> Text:
    why = because_of(plan, because, reopener, each)
    return Text(f"因{why.zh}再次开始", f"opened again: {why.en}")


def because_of(plan: Plan, because: str, reopener: str = "", each: str = "") -> Text:
    """Why a task opened again: the level, the night, a fact, a field of its finding (of the kind `each`), or an instance of the
    task `reopener`."""
    if because == "level":
        return Text("级别变化", "the level changed")
    if because == "night":
        return Text("日出或日落", "sunrise or sunset")
    if because.startswith("fact "):
        title = plan.facts[because.removeprefix("fact ")].title
        return Text(f"{title.zh}变化", f"{title.en} changed")
    if not reopener:
        title = _field_title(plan, because.partition(".")[2], each)
        return Text(f"{title.zh}有新结果", f"{title.en} was given anew")
    title = plan.tasks[reopener].title
    if because.startswith("after "):
        name = because.removeprefix("after ")
        return Text(f"“{title.zh}”（{name}）重新办过", f"{title.en} was done once more ({name})")
    return Text(f"“{title.zh}”（{because}）", f"{title.en} ({because})")


def _field_title(plan: Plan, name: str, each: str) -> Text:
    fields = plan.findings[each].fields if each in plan.findings else ()
    return next((field.title for field in fields if field.name == name), Text(name, name))


def level_moved(before: Level, after: Level) -> Text:
    return Text(f"级别由{before.name}级调整为{after.name}级", f"level {before.name} → {after.name}")


def level_now(level: Level) -> Text:
    return Text(f"现为{level.name}级", f"level {level.name}")


def level_decided(level: Level) -> Text:
    return Text(f"已决定为{level.name}级", f"level {level.name} was decided")


def handed_over(moved: Text, role: Text) -> Text:
    return Text(f"{moved.zh}，移交{role.zh}", f"{moved.en}: handed over to {role.en}")


def nobody_holds(role: Text) -> Text:
    return Text(f"{role.zh}无人在岗", f"nobody holds {role.en}")


def nobody_left(role: Text) -> Text:
    return Text(f"{role.zh}无人在岗，或均不能到", f"nobody holds {role.en}, or everybody there has declined")


def step_empty(step: str) -> Text:
    return Text(f"步骤 {step} 无人可叫", f"step {step} has nobody to tell")


def declined(name: str, why: Reason) -> Text:
    said = both(why)
    return Text(f"{name}不能到：{said.zh}", f"{name} declined: {said.en}")


def unreachable(name: str, step: str, why: Reason) -> Text:
    said = both(why)
    return Text(f"步骤 {step} 联系不上{name}：{said.zh}", f"{name} cannot be reached at step {step}: {said.en}")


def finding_closed(title: Text, finding: str, why: Reason) -> Text:
    said = both(why)
    return Text(f"{title.zh} {finding} 已销号：{said.zh}", f"{title.en} {finding} closed: {said.en}")


def response_closed(why: Reason) -> Text:
    said = both(why)
    return Text(f"响应已归档：{said.zh}" if said.zh else "响应已归档", f"closed: {said.en}" if said.en else "closed")


def undelivered(channel: str, state: str, code: str, detail: str) -> Text:
    """Why one channel did not reach somebody. What a gateway says stays in its words; Chinese readers get its code."""
    known = _CODES.get(code)
    if known is None:
        own = detail if _CHINESE.search(detail) else f"回执代码 {code}" if code else _STATES.get(state, state)
        known = Text(own, detail or code or state)
    return Text(f"{_CHANNELS.get(channel, channel)}：{known.zh}", f"{channel}: {known.en}") if channel else known


def joined(reasons: Iterable[Text]) -> Text:
    each = tuple(dict.fromkeys(reasons))
    return Text("；".join(reason.zh for reason in each), "; ".join(reason.en for reason in each))


def signalled(signal: Text, why: str) -> Text:
    return Text(f"{signal.zh}：{why}", f"{signal.en}: {why}")


def people_needed(response: str) -> Text:
    return Text(f"真实响应 {response} 需要同一批人员，演练立即停止", f"the real response {response} needs the same people")


def end_not_met(condition: Text) -> Text:
    return Text(f"终止条件不成立：{condition.zh}", f"the end condition does not hold: {condition.en}")


def end_unknown(condition: Text) -> Text:
    return Text(f"无法判断终止条件：{condition.zh}", f"the end condition cannot be judged: {condition.en}")


def end_not_yet(hold: timedelta, left: timedelta) -> Text:
    (zh, en), (zh_left, en_left) = spell(hold), spell(left)
    return Text(f"终止条件须持续{zh}，还差{zh_left}", f"the end condition must hold for {en}, {en_left} are still missing")


def level_called(level: Level, condition: Text) -> Text:
    return Text(f"按事实应为{level.name}级：{condition.zh}", f"the facts call for level {level.name}: {condition.en}")


def unanswered(signal: Text, people: Sequence[str]) -> Text:
    return Text(
        f"信号“{signal.zh}”尚无{'、'.join(people)}的回复", f"signal {signal.en} is not yet answered by {', '.join(people)}"
    )


def still_open(title: Text, assignment: str) -> Text:
    return Text(f"“{title.zh}”（{assignment}）尚未办结", f"{title.en} ({assignment}) is still open")


def paper_owed(paper: str) -> Text:
    return Text(f"口头批准的书面件（{paper}）尚未补交", f"the paper of an oral approval is owed ({paper})")


def spell(duration: timedelta) -> tuple[str, str]:
    """Hours and minutes, as people say them."""
    minutes = int(duration.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return f"{hours}小时{rest}分" if rest else f"{hours}小时", f"{hours} h {rest} min" if rest else f"{hours} h"
    return (f"{minutes}分钟", f"{minutes} min") if minutes else ("不到1分钟", "less than 1 min")
