"""What everything stands on: the database, room on the disk, a backup, and the loops of the running service."""

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

from plans.model import Text
from service.backup.bundle import last_made
from service.notify.findings import Finding, Verdict, good
from service.watch.pulse import Pulse
from service.watch.troubles import LEAST_ROOM, Looking
from service.wiring import Home
from store import schema

ENOUGH_ROOM = 2 * 1024**3
BACKUP_DUE = timedelta(days=7)
_PATIENCE_SECONDS = 8


def database(home: Home) -> Iterator[Finding]:
    """Opened, of this version, and a change can be made: tried, and taken back. Error: `StoreError` where it cannot be opened."""
    name = home.database.name
    looking = Looking(home.folder.place, home.folder.path, home.clock, Pulse(), home.settings.watchdog)
    troubles = list(looking.database())
    looking.close()
    for trouble in troubles:
        zh, en = "结束占用数据库的进程，或释放磁盘空间", "end the process that holds it, or free some space"
        yield Finding(Verdict.FAULT, "database", trouble.what, Text(zh, en))
    if not troubles:
        yield good(
            "database", f"{name} 可写，结构版本 {schema.REVISION}", f"{name} can be written, its schema is {schema.REVISION}"
        )


def room(home: Home) -> Iterator[Finding]:
    """Of the data folder; a PostgreSQL server's own disk is looked after where that runs."""
    folder = home.folder.path
    free = shutil.disk_usage(folder).free
    said = Text(f"{folder} 所在磁盘剩余 {_gigabytes(free)}", f"{_gigabytes(free)} are left on the disk of {folder}")
    if free >= ENOUGH_ROOM:
        yield Finding(Verdict.GOOD, "disk", said)
        return
    verdict = Verdict.FAULT if free < LEAST_ROOM else Verdict.WARNING
    yield Finding(verdict, "disk", said, Text("清理或扩容", "free some space, or enlarge it"))


def backup(home: Home) -> Iterator[Finding]:
    made = last_made(home.folder)
    command = "tocsin backup --output FILE"
    if made is None:
        what = Text("没有用 tocsin backup 做过备份的记录", "no backup of 'tocsin backup' is known of")
        yield Finding(Verdict.WARNING, "backup", what, Text(f"运行 {command}", f"run: {command}"))
        return
    age = home.clock.now() - made
    what = Text(f"最近一次备份在 {age.days} 天前", f"the last one was made {age.days} days ago")
    if age > BACKUP_DUE:
        yield Finding(Verdict.WARNING, "backup", what, Text(f"运行 {command}", f"run: {command}"))
    else:
        yield Finding(Verdict.GOOD, "backup", what)


def loops(home: Home) -> Iterator[Finding]:
    """As the running service says itself; where none runs, the doctor of channels has said so."""
    status, reasons = _asked(f"{home.settings.own_url}/readyz")
    if status == 200:
        yield good("loops", "各循环均在运转", "every loop of the service comes round")
    for reason in reasons if status == 503 else ():
        zh, en = "看服务日志；必要时重启 tocsin serve", "look at the log of 'tocsin serve'; start it anew where need be"
        yield Finding(Verdict.FAULT, "loops", Text(f"服务自述：{reason}", f"the service says: {reason}"), Text(zh, en))


def _asked(url: str) -> tuple[int, list[str]]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_PATIENCE_SECONDS) as answer:
            return int(answer.status), []
    except urllib.error.HTTPError as refusal:
        try:
            return refusal.code, list(json.load(refusal).get("reasons", []))
        except ValueError:
            return refusal.code, []
    except OSError:
        return 0, []


def _gigabytes(size: int) -> str:
    return f"{size / 1024**3:.1f} GB"
