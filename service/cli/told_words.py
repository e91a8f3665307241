"""The labels of a response as a terminal shows it in one language."""

from collections.abc import Mapping
from typing import Literal

from plans.model import Text

Language = Literal["zh", "en"]

WORDS: Mapping[str, Text] = {
    "no_response": Text(
        "没有进行中的响应；用 'tocsin activate 预案' 启动", "no response is open; 'tocsin activate PLAN' opens one"
    ),
    "plan": Text("预案：{plan}", "plan: {plan}"),
    "level": Text("{level}级", "level {level}"),
    "proposed": Text("（建议{level}级）", " (level {level} is proposed)"),
    "opened": Text("启动于 {at}（{zone}）", "opened {at} ({zone})"),
    "counted": Text("报送时限起算：{starts}", "reports count from: {starts}"),
    "occurred": Text("发生", "it happened"),
    "learned": Text("获知", "the bureau learned of it"),
    "received": Text("接报", "it was reported"),
    "facts": Text("情况：{facts}", "facts: {facts}"),
    "fact": Text("{title}：{value}", "{title}: {value}"),
    "forecast": Text("{title}（预报）", "{title} (forecast)"),
    "stale": Text("（过旧，按未知处理）", " (too old: unknown)"),
    "graded": Text("（判定）", " (graded)"),
    "flow_run": Text("Prefect 运行：{run}", "Prefect flow run: {run}"),
    "no_flow_run": Text("尚无（由备用驱动）", "not yet (standby drives it)"),
    "no_task": Text("尚无任务", "no task is open yet"),
    "code": Text("编号", "code"),
    "task": Text("任务", "task"),
    "title": Text("名称", "title"),
    "status": Text("状态", "status"),
    "people": Text("人员", "people"),
    "step": Text("最近一步", "last step"),
    "due": Text("时限", "due"),
    "late": Text("超时", "late"),
    "suspended": Text("暂停（{why}）", "suspended ({why})"),
    "order": Text("按命令", "by order"),
    "pause": Text("按预案", "by the plan"),
    "finding": Text("发现", "finding"),
    "label": Text("位置或名称", "label"),
    "found": Text("发现时间", "found"),
    "open_tasks": Text("未结任务", "open tasks"),
    "finding_closed": Text("已销号 {at}", "closed {at}"),
    "report": Text("报告", "report"),
    "to": Text("报送单位", "to"),
    "filed": Text("报出", "filed"),
    "not_yet": Text("尚未报出", "not yet"),
    "overdue": Text("已逾期", "overdue"),
    "stands_still": Text("时限停走", "stands still"),
    "number": Text("第{number}号", "no. {number}"),
    "minutes_late": Text("迟{minutes}分钟", "{minutes} min late"),
    "zero": Text("零报告", "zero report"),
    "corrections": Text("更正{count}次", "corrections: {count}"),
    "signal_sent": Text("{title}：已于 {at} 发出，已应答：{answered}", "{title}: sent {at}, answered: {answered}"),
    "nobody_yet": Text("尚无人", "nobody yet"),
    "silent": Text("，未应答：{silent}", ", silent: {silent}"),
    "paper": Text(
        "{level}级响应口头批准的书面件，应于 {due} 前补交", "the paper of the oral approval at level {level} is owed until {due}"
    ),
    "messages": Text("消息：{counted}", "messages: {counted}"),
    "none": Text("无", "none"),
    "awaiting": Text("等待人工决定：{tasks}", "awaiting a manual decision: {tasks}"),
}
