"""Whether Prefect follows: its server answers, a worker lives, each open response has its flow run. Asked over HTTP alone."""

import base64
import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from flows.model.state import Status
from flows.running.acts import POOL
from flows.running.tables import BOOKS
from plans.model import Text
from service.notify import served
from service.notify.findings import Finding, Verdict, good
from service.serving.prefect_address import address, own_address
from service.wiring import Home

FOLLOWED_WITHIN = timedelta(minutes=2)
_ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
_AT_ONCE = 200
_PATIENCE_SECONDS = 8


def prefect(home: Home) -> Iterator[Finding]:
    """Error: `StoreError`."""
    is_served = served.asked(home) is not None
    if own_address(home) and not is_served:
        what = Text("未检查：Prefect 随 tocsin serve 启动", "not checked: its server runs as a child of 'tocsin serve'")
        yield Finding(Verdict.UNPROVEN, "prefect", what)
        return
    url = address(home)
    try:
        _asked(f"{url}/health", None)
    except (OSError, ValueError) as cause:
        what = Text(f"{url} 没有应答（{cause}）；响应不受影响", f"{url} does not answer ({cause}); responses go on without it")
        remedy = Text("看 logs/prefect-server.log", "look at logs/prefect-server.log, or at PREFECT_API_URL")
        yield Finding(Verdict.WARNING, "prefect", what, remedy)
        return
    yield good("prefect", f"{url} 有应答", f"{url} answers")
    yield _worker(url)
    yield from _runs(home, url)


def _worker(url: str) -> Finding:
    try:
        workers = _asked(f"{url}/work_pools/{POOL}/workers/filter", {})
    except (OSError, ValueError):
        workers = []
    alive = [each["name"] for each in workers if each.get("status") == "ONLINE"]
    if alive:
        return good("worker", f"在线：{'、'.join(alive)}", f"alive: {', '.join(alive)}")
    what = Text("没有在线的 worker，流程运行不会跟上", "no worker is alive: flow runs do not follow")
    return Finding(Verdict.WARNING, "worker", what, Text("看 logs/worker.log", "look at logs/worker.log, or run: tocsin worker"))


def _runs(home: Home, url: str) -> Iterator[Finding]:
    open_ones = _open(home)
    late = [each for each, (run, is_new) in open_ones.items() if run is None and not is_new]
    attached = {run: each for each, (run, _) in open_ones.items() if run}
    try:
        ended = [attached[run] for run in _ended(url, list(attached))]
    except (OSError, ValueError) as cause:
        yield Finding(Verdict.UNPROVEN, "flow runs", Text(f"未能查询：{cause}", f"could not be asked for: {cause}"))
        return
    for names, zh, en in (
        (late, "还没有流程运行", "have no flow run yet"),
        (ended, "的流程运行已结束而响应未关闭", "are open and their flow runs have ended"),
    ):
        if names:
            listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
            what = Text(f"{len(names)} 个响应{zh}：{listed}", f"{len(names)} responses {en}: {listed}")
            remedy = Text("worker 在线后会自行补上", "a worker that is alive makes up for it")
            yield Finding(Verdict.WARNING, "flow runs", what, remedy)
    if not (late or ended):
        yield good(
            "flow runs", f"{len(open_ones)} 个未关闭的响应均有流程运行", f"{len(open_ones)} open responses, each is followed"
        )


def _open(home: Home) -> dict[str, tuple[str | None, bool]]:
    """Open responses, the flow run of each, and whether it is so new that none need be there."""
    since = home.clock.after(-FOLLOWED_WITHIN)
    found: dict[str, tuple[str | None, bool]] = {}
    with home.database.read() as connection:
        for book in BOOKS.values():
            heads = book.heads
            wanted = select(heads.c.id, heads.c.flow_run, heads.c.opened_at).where(heads.c.status != Status.CLOSED.value)
            found |= {row.id: (row.flow_run, row.opened_at > since) for row in connection.execute(wanted)}
    return found


def _ended(url: str, runs: list[str]) -> Iterator[str]:
    for start in range(0, len(runs), _AT_ONCE):
        some = runs[start : start + _AT_ONCE]
        found = _asked(f"{url}/flow_runs/filter", {"flow_runs": {"id": {"any_": some}}, "limit": _AT_ONCE})
        known = {each["id"]: each.get("state_type") for each in found}
        # a run that Prefect has lost follows nothing either
        yield from (run for run in some if known.get(run, "FAILED") in _ENDED)


def _asked(url: str, body: dict[str, Any] | None) -> Any:
    headers = {"Content-Type": "application/json", **_who_we_are()}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - Prefect's address
    with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - as above
        return json.load(answer)


def _who_we_are() -> dict[str, str]:
    """As Prefect's own client says it."""
    if key := os.environ.get("PREFECT_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    if basic := os.environ.get("PREFECT_API_AUTH_STRING"):
        return {"Authorization": f"Basic {base64.b64encode(basic.encode()).decode()}"}
    return {}
