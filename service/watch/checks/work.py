"""What waits for the clock, and what waits for people: overdue clocks, proposals nobody decided on, replies nobody read."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flows.proposals.model import ProposalState
from flows.proposals.table import list_proposals
from flows.running.projections import due_responses
from notifications import inbound_desk
from plans.model import Text
from service.notify.findings import Finding, Verdict, good
from service.wiring import Home

_LISTED = 5


def clocks(home: Home) -> Iterator[Finding]:
    """Those later than the watchdog would bear."""
    now = home.clock.now()
    with home.database.read() as connection:
        due = due_responses(connection, home.clock.after(-home.settings.watchdog.overdue))
    for response, moment in list(due.items())[:_LISTED]:
        minutes = _minutes(now - moment)
        what = Text(f"时钟已超时 {minutes} 分钟，没有人在驱动", f"a clock is {minutes} min late: nobody drives it")
        zh, en = (
            "运行 tocsin serve；若在运行，看其日志与 /readyz",
            "run 'tocsin serve'; where it runs, look at its log and /readyz",
        )
        yield Finding(Verdict.FAULT, response, what, Text(zh, en))
    if len(due) > _LISTED:
        more = len(due) - _LISTED
        yield Finding(Verdict.FAULT, "clocks", Text(f"另有 {more} 个响应的时钟超时", f"clocks of {more} more responses are late"))
    if not due:
        yield good("clocks", "没有超时的时钟", "no clock is late")


def proposals(home: Home) -> Iterator[Finding]:
    with home.database.read() as connection:
        waiting = list_proposals(connection, (ProposalState.OPEN,))
    if not waiting:
        yield good("proposals", "没有待定的启动建议", "no proposal waits for a decision")
        return
    yield _waits(
        home, "proposals", "条启动建议待定", "proposals wait for a decision", len(waiting), waiting[-1].opened, "proposal list"
    )


def replies(home: Home) -> Iterator[Finding]:
    with home.database.read() as connection:
        waiting = inbound_desk.for_desk(connection)
    if not waiting:
        yield good("replies", "没有待人工处理的回复", "no reply waits at the desk")
        return
    yield _waits(home, "replies", "条回复待人工处理", "replies wait at the desk", len(waiting), waiting[0].at, "reply list")


def _waits(home: Home, about: str, zh: str, en: str, count: int, first: datetime, command: str) -> Finding:
    minutes = _minutes(home.clock.now() - first)
    what = Text(f"{count} {zh}，最早的已等 {minutes} 分钟", f"{count} {en}, the first for {minutes} min")
    return Finding(Verdict.WARNING, about, what, Text(f"运行 tocsin {command}", f"see: tocsin {command}"))


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
