"""`tocsin alert …`: take in CAP files by hand, see what came in and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.output import AsJson, print_json

if TYPE_CHECKING:
    from flows.proposals.door import Alerts
    from service.wiring import Home

app = typer.Typer(no_args_is_help=True)

_VERDICTS = {"accepted": "已接收", "duplicate": "重复", "withheld": "暂不采用", "rejected": "拒收"}
_STATES = {"open": "待定", "accepted": "已采纳", "declined": "已否决", "withdrawn": "已撤回", "expired": "已过期"}
_SHOWN_SEVERITIES = ("fatal", "error", "warning")


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="CAP 1.0, 1.1 or 1.2 files, also inside Atom, RSS or EDXL-DE.")],
    source: Annotated[str, typer.Option(help="The source they come from, as named in alerts.toml.")] = "local",
    at: Annotated[str, typer.Option(help="What would they have led to at that time? Nothing is kept, nobody is called.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take in alerts, in the order given. Exit 1 when one was withheld or rejected. 接入预警"""
    from service.api.alert_views import report_view
    from service.wiring import Home

    raws = [(file, _bytes_of(file)) for file in files]
    with _alerts(Home(), _moment(at)) as alerts:
        views = [report_view(report, str(file)) for file, raw in raws for report in alerts.ingest(raw, source)]
    if as_json:
        print_json({"alerts": views})
    else:
        for view in views:
            _print_report(view)
    if any(view["reasons"] for view in views):
        raise typer.Exit(1)


@app.command("list")
def list_alerts(
    limit: Annotated[int, typer.Option(help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Alerts that came in, newest first. 预警列表"""
    from alerts import ledger
    from service.api.alert_views import alert_view
    from service.cli.pictures import local_time
    from service.wiring import Home

    home = Home()
    with home.database.read() as connection:
        rows = ledger.recent(connection, limit)
        fold = ledger.fold_related(connection, [row["key"] for row in rows], home.clock.now())
    views = [alert_view(row, fold) for row in rows]
    if as_json:
        print_json({"alerts": views})
        return
    if not views:
        typer.echo("no alert has come in; 'tocsin alert ingest FILE' takes one in (尚未收到预警)")
    for view in views:
        received = local_time(view["received"], home.zone)[:16]
        typer.echo(f"{view['alert']}  {received}  {_standing(view):24}  {view['type']:6}  {view['headline'][:60]}")


@app.command()
def show(
    alert: Annotated[str, typer.Argument(help="The alert, as in A-9129edf5; its beginning is enough.")], as_json: AsJson = False
) -> None:
    """One alert: its chain, its defects, what was proposed. 预警详情"""
    from alerts import ledger
    from flows.proposals.table import proposals_on
    from service.api.alert_views import alert_view, proposal_view
    from service.cli.pictures import local_time
    from service.wiring import Home

    home = Home()
    with home.database.read() as connection:
        row = ledger.get_row(connection, alert)
        fold = ledger.fold_related(connection, [row["key"]], home.clock.now())
        chain = fold.chain_of(row["key"])
        proposals = proposals_on(connection, chain.keys) if chain else []
    view = alert_view(row, fold) | {"proposals": [proposal_view(proposal) for proposal in proposals]}
    if as_json:
        print_json(view)
        return
    for key in ("alert", "headline", "status", "type", "sender", "identifier", "sent", "received", "source", "signature"):
        typer.echo(f"{key:11} {local_time(view[key], home.zone) if key == 'received' else view[key]}")
    typer.echo(f"{'standing':11} {_standing(view)}")
    _print_below(view)


@app.command()
def sample(folder: Annotated[Path, typer.Argument(help="Where to write the files.")]) -> None:
    """Write a flood warning for now, its update and its cancel, to try with. 示例预警"""
    from alerts import samples
    from service.wiring import Home

    now = Home().clock.now()
    folder.mkdir(parents=True, exist_ok=True)
    later = now + timedelta(seconds=1)
    files = {
        "warning.xml": samples.flood_warning(now),
        "update.xml": samples.flood_update(later, now),
        "cancel.xml": samples.flood_cancel(later, now),
    }
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
        typer.echo(f"written {folder / name}")


@contextmanager
def _alerts(home: "Home", at: datetime | None) -> "Iterator[Alerts]":
    """The data folder's; with `at` those of a throw-away folder whose clock stands still at that moment."""
    if at is None:
        yield home.alerts
        return
    import tempfile

    from store.clock import MovableClock
    from store.database import Database

    with tempfile.TemporaryDirectory(prefix="tocsin-replay-") as folder:
        yield home.alerts.replay(Database(Path(folder) / "replay.db"), MovableClock(at))


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as cause:
        raise typer.BadParameter(f"{file}: cannot be read: {cause.strerror}; expected a CAP file (无法读取)") from cause


def _moment(at: str) -> datetime | None:
    if not at:
        return None
    from alerts.times import read_time

    moment = read_time(at).instant
    if moment is None:
        raise typer.BadParameter(f"--at {at!r}: expected a time with its offset, as in 2026-07-01T08:00:00+08:00")
    return moment


def _standing(view: dict[str, Any]) -> str:
    if view["withheld"]:
        return f"withheld ({view['withheld']})"
    chain = view["chain"]
    if chain is None:
        return "no effect"
    is_superseded = view["alert"] not in chain["current"] and view["type"] != "Cancel"
    state = f"{chain['state']} ({chain['ended_by']})" if chain["ended_by"] else chain["state"]
    return f"superseded, {state}" if is_superseded else state


def _print_report(view: dict[str, Any]) -> None:
    verdict = view["verdict"]
    still = f", still withheld {_VERDICTS['withheld']}" if verdict == "duplicate" and view["reasons"] else ""
    typer.echo(f"{view['file']}: {verdict} {_VERDICTS[verdict]}{still}")
    if view["alert"]:
        typer.echo(f"  {view['alert']}  {view['sender']}  {view['identifier']}  {view['sent']}")
    for reason in view["reasons"]:
        typer.echo(f"  {reason['code']}: {reason['zh']} / {reason['en']}")
    if view["chain"]:
        chain = view["chain"]
        typer.echo(f"  chain {chain['id']}: {chain['state']}{' by ' + chain['ended_by'] if chain['ended_by'] else ''}")
    for effect in view["effects"]:
        change = f": {effect['change']['zh']} / {effect['change']['en']}" if effect["change"] else ""
        typer.echo(f"  {effect['effect']} {effect['proposal']}{change}")
    if view["note"]:
        typer.echo(f"  {view['note']['zh']} / {view['note']['en']}")
    _print_below(view)


def _print_below(view: dict[str, Any]) -> None:
    for defect in view["defects"]:
        if defect["severity"] in _SHOWN_SEVERITIES and defect not in view.get("reasons", ()):
            typer.echo(f"  [{defect['severity']}] {defect['code']} {defect['path']}: {defect['zh']} / {defect['en']}")
    for proposal in view["proposals"]:
        state = proposal["state"]
        typer.echo(f"  → {proposal['id']}  {proposal['plan']} {proposal['level']}  {state} {_STATES[state]}")
        if proposal["areas"]:
            typer.echo(f"    areas: {', '.join(proposal['areas'])}")
        if proposal["question"] and state == "open":
            typer.echo(f"    ? {proposal['question']['zh']} / {proposal['question']['en']}")
