"""Is everything as it should be tonight? Each part looked at by itself, so that one that fails hides none of the others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from plans.model import Text
from service.notify.doctor import examined as channels
from service.notify.findings import Finding, Verdict
from service.settings_faults import SettingsError
from service.watch.checks import ground, prefect_side, record, skew, work, written
from service.wiring import Home
from store.errors import StoreError

Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class Part:
    name: Text
    look: Callable[[Home, Progress], Iterable[Finding]]


def _part(zh: str, en: str, *looks: Callable[[Home], Iterable[Finding]]) -> Part:
    return Part(Text(zh, en), lambda home, _: (finding for look in looks for finding in look(home)))


_DATABASE = _part("数据库", "the database", ground.database)
_OF_DATABASE = (
    _part("时钟与待办", "clocks, proposals and replies", work.clocks, work.proposals, work.replies),
    _part("数据库时钟", "the database's clock", skew.database_clock),
    _part("通道与人员", "channels and people", channels),
    _part("Prefect", "Prefect", prefect_side.prefect),
    _part("值守", "the watchdog", written.watchdog),
    Part(Text("记录", "the record"), record.record),
)
_OTHERS = (
    _part("磁盘、备份与服务", "disk, backup and service", ground.room, ground.backup, ground.loops),
    _part("预案与预警来源", "plans and sources of alerts", written.plans, written.alert_sources),
    _part("本机时钟", "this machine's clock", skew.outside_clock),
)


def examined(home: Home, progress: Progress) -> Iterator[Finding]:
    """Everything that is known, the ground first; `progress` hears what is looked at."""
    try:
        _ = home.settings
    except SettingsError as fault:
        remedy = Text(f"修改 {home.folder.settings}", f"mend {home.folder.settings}; nothing else can be looked at before")
        yield Finding(Verdict.FAULT, "tocsin.toml", Text(f"设置有误：{fault}", str(fault)), remedy)
        return
    is_open = True
    for finding in _looked(home, _DATABASE, progress):
        is_open &= finding.about != _CLOSED
        yield finding
    for part in (*(_OF_DATABASE if is_open else ()), *_OTHERS):
        yield from _looked(home, part, progress)


_CLOSED = "database that cannot be opened"


def _looked(home: Home, part: Part, progress: Progress) -> Iterator[Finding]:
    progress(part.name)
    try:
        yield from part.look(home, progress)
    except StoreError as fault:
        about = _CLOSED if part is _DATABASE else part.name.en
        remedy = Text("见错误说明；数据库可用后再运行一次", "do as it says, then run the doctor again")
        yield Finding(Verdict.FAULT, about, Text(f"无法检查：{fault}", str(fault)), remedy)


def exit_code(findings: Iterable[Finding]) -> int:
    """As monitoring takes it: 0 all is well, 1 something is to be looked at, 2 something is broken."""
    verdicts = {each.verdict for each in findings}
    return 2 if Verdict.FAULT in verdicts else 1 if Verdict.WARNING in verdicts else 0
