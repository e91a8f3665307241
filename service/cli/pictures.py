"""Responses, tasks and the journal as a person reads them in a terminal, in the bureau's own time.

Words of people and alerts are only ever words: they can neither colour the terminal, move its cursor nor look like a drill.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from notifications.rendered import clean
from plans.basics import Text
from service.cli.fitting import fitted

if TYPE_CHECKING:
    from service.record.told import ToldEntry

Json = dict[str, Any]
_ABOUT = ("assignment", "finding", "signal", "name", "incident")
STARTS = ("occurred", "learned", "received")
ENTERED_LATE = timedelta(minutes=1)
_ENTERED = Text("  （{at} 录入）", "  (entered {at})")
TASK_COLOURS = {"done": "green", "acknowledged": "green", "started": "green", "called": "yellow", "open": "yellow"}


def print_responses(rows: list[Json], zone: tzinfo) -> None:
    if not rows:
        print("no open response; 'tocsin activate PLAN' opens one")
    for row in rows:
        opened = local_time(row["opened_at"], zone)
        print(f"{row['id']}  {row['kind']:5}  {row['level']:>3}  {row['status']:10}  {opened}  {clean(row['incident'])}")


def print_response(view: Json, zone: tzinfo) -> None:
    console = Console(highlight=False)
    drill = "【演练】EXERCISE " if view["kind"] == "drill" else ""
    console.print(f"[bold]{drill}{view['id']}[/bold]  {words(view['incident'])}  {words(view['place'])}")
    proposed = f" (level {view['proposed_level']} is proposed)" if view["proposed_level"] else ""
    opened = local_time(view["opened_at"], zone)
    console.print(f"plan {view['plan']}, level {view['level']}{proposed}, {view['status']}, opened {opened} ({zone})")
    if starts := ", ".join(f"{name} {local_time(view[f'{name}_at'], zone)}" for name in STARTS if view[f"{name}_at"]):
        console.print(f"reports count from: {starts}")
    if view["facts"] or view["forecasts"] or view["grades"]:
        console.print("facts: " + ", ".join(_facts(view)))
    console.print(f"Prefect flow run: {view['flow_run'] or 'not yet (standby drives it)'}")
    print_tasks(view["tasks"], zone)
    _print_ground(console, view, zone)
    states: dict[str, int] = {}
    for each in view["deliveries"]:
        is_written = each["only_written"] and each["state"] == "accepted"
        state = "only written to a file (no gateway, sent to nobody)" if is_written else each["state"]
        states[state] = states.get(state, 0) + 1
    console.print("messages: " + (", ".join(f"{count} {state}" for state, count in states.items()) or "none"))
    if view["awaiting_decision"]:
        console.print(f"[red]awaiting a manual decision: {', '.join(view['awaiting_decision'])}[/red]")


def _facts(view: Json) -> Iterator[str]:
    """What is known: what is too old is said to be unknown, what a table makes of the rest to be graded."""
    forecasts = {f"{name}.forecast": value for name, value in view["forecasts"].items()}
    for name, value in {**view["facts"], **forecasts}.items():
        yield f"{name}={words(value)}" + (" [red](too old: unknown)[/red]" if name in view["stale"] else "")
    for name, value in view["grades"].items():
        yield f"{name}={words(value)} (graded)"


def _print_ground(console: Console, view: Json, zone: tzinfo) -> None:
    """Findings, reports, signals that were sent, papers that are owed; nothing where there are none."""
    from service.cli.ground_pictures import findings_table, reports_table, signal_line

    if view["findings"]:
        console.print(findings_table(view["findings"], zone))
    if view["reports"]:
        console.print(reports_table(view["reports"], zone))
    for signal in view["signals"]:
        if signal["sent"]:
            console.print(signal_line(signal, zone), soft_wrap=True)
    for paper in view["papers"]:
        if paper["owed"]:
            late = " [red]overdue[/red]" if paper["missed"] else ""
            due = local_time(paper["due"], zone)
            console.print(f"paper {words(paper['paper'])} of an oral approval is owed until {due}{late}")


def print_tasks(tasks: list[Json], zone: tzinfo) -> None:
    console = Console(highlight=False)
    if not tasks:
        console.print("no task is open yet")
        return
    table = table_of(("", "task", "", "status", "people", "last step", "due"), ids=("task",))
    for task in tasks:
        colour = TASK_COLOURS.get(task["status"], "white")
        late = " [red]late[/red]" if any(task["late"].values()) else ""
        still = f" [yellow]suspended ({', '.join(task['suspended_for'])})[/yellow]" if task["suspended_for"] else ""
        people = ", ".join(_person(task, each) for each in task["called"]) or "–"
        steps = task["steps"][-1] if task["steps"] else ""
        table.add_row(
            words(task["code"]),
            words(task["assignment"]) + (f" [dim]{words(task['finding'])}[/dim]" if task["finding"] else ""),
            words(task["title"]["zh"]),
            f"[{colour}]{task['status']}[/{colour}]{still}{late}",
            people,
            words(steps),
            local_time(task["done_by"], zone),
        )
    console.print(fitted(table))


def table_of(columns: Iterable[str], ids: Collection[str]) -> Table:
    """Whatever the width: a command needs the whole id, so `ids` never break, and nothing else is cut."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column in ids, overflow="fold")
    return table


def print_journal(entries: list[Json], zone: tzinfo) -> None:
    console = Console(highlight=False)
    if not entries:
        console.print("no entry after that number")
    for entry in entries:
        about = next((entry[key] for key in _ABOUT if entry.get(key)), "") or _heard(entry.get("heard"))
        late = f"  [red]{entry['late']:.0f} s late[/red]" if "late" in entry else ""
        by = f"{entry['by']} via {entry['via']}" if entry["via"] else entry["by"]
        step = f" [{entry['step']}]" if "step" in entry else ""
        number = f" no. {entry['number']}" if "number" in entry else ""
        # the text of a report is many lines: it is in the record
        why = (
            _english(entry.get("reason")) or ("" if number else _english(entry.get("text"))) or ", ".join(entry.get("drills", ()))
        )
        said = words(f"{about}{number}{step}{': ' if about and why else ''}{why}")
        at = local_time(entry["at"], zone)
        line = f"{entry['entry']:>4}  {at}  {entry['kind']:24} {said}  [dim]{words(by)}[/dim]{late}{_entered(entry, zone)}"
        console.print(line, soft_wrap=True)  # one entry, one line: people grep it


def _heard(heard: Json | None) -> str:
    return f"{heard['response']} {heard['news']}, level {('I', 'II', 'III', 'IV')[heard['level'] - 1]}" if heard else ""


def print_told(entries: "list[ToldEntry]", zone: tzinfo, language: str) -> None:
    """One entry, one line, in one language."""
    from flows.running.calls import spoken

    console = Console(highlight=False)
    for each in entries:
        entered = "" if each.recorded_at - each.at < ENTERED_LATE else spoken(_ENTERED, language)
        said = entered.format(at=f"{each.recorded_at.astimezone(zone):%m-%d %H:%M:%S}")
        line = f"{each.number:>4}  {each.at.astimezone(zone):%m-%d %H:%M:%S}  {words(spoken(each.words, language))}{said}"
        console.print(line, soft_wrap=True)


def _entered(entry: Json, zone: tzinfo) -> str:
    """Both times, where somebody has entered it later than it happened."""
    is_late = datetime.fromisoformat(entry["recorded_at"]) - datetime.fromisoformat(entry["at"]) >= ENTERED_LATE
    return _ENTERED.en.format(at=local_time(entry["recorded_at"], zone)) if is_late else ""


def _english(reason: str | Json | None) -> str:
    """The engine's own reasons are in two languages, a person's in their own words."""
    return reason["en"] if isinstance(reason, dict) else reason or ""


def _person(task: Json, person: str) -> str:
    if person in task["acknowledged"]:
        return f"[green]{words(person)} ✓[/green]"
    return f"[red]{words(person)} ✗[/red]" if person in task["declined"] else words(person)


def words(given: object) -> str:
    return escape(clean(str(given)))


def local_time(moment: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M:%S}"
