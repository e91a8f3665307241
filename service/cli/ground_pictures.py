"""Findings, signals and reports as a person reads them in a terminal; words of people are only ever words."""

from datetime import tzinfo

from rich.console import Console
from rich.table import Table

from service.cli.fitting import fitted
from service.cli.pictures import local_time, table_of, words
from service.plain import Json


def print_findings(view: Json, zone: tzinfo) -> None:
    console = Console(highlight=False)
    if not view["kinds"]:
        console.print("this plan has no kinds of finding: nothing can be reported to it")
        return
    if view["findings"]:
        console.print(findings_table(view["findings"], zone))
    else:
        console.print("nothing has been found yet")
    for kind in view["kinds"]:
        fields = ", ".join(f"{words(each['name'])} ({each['type']})" for each in kind["fields"]) or "no fields"
        console.print(f"[dim]may be reported: {words(kind['of'])} ({words(kind['title']['zh'])}): {fields}[/dim]")


def findings_table(findings: list[Json], zone: tzinfo) -> Table:
    table = table_of(("finding", "", "label", "values", "found", "open tasks"), ids=("finding",))
    for each in findings:
        closed = f"[dim]closed {local_time(each['closed_at'], zone)}[/dim]" if each["closed_at"] else ""
        tasks = closed or words(", ".join(each["open_tasks"])) or "–"
        found = local_time(each["at"], zone)
        named = (words(each["finding"]), words(each["title"]["zh"]), words(each["label"]))
        table.add_row(*named, _values(each["values"]), found, tasks)
    return fitted(table)


def _values(values: Json) -> str:
    """As they are typed: `kind=piping`; a field of several values has them all."""
    several = {name: value if isinstance(value, (list, tuple)) else (value,) for name, value in values.items()}
    return words("; ".join(f"{name}={', '.join(map(str, given))}" for name, given in several.items())) or "–"


def print_signals(signals: list[Json], zone: tzinfo) -> None:
    console = Console(highlight=False)
    if not signals:
        console.print("this plan has no signals")
    for each in signals:
        console.print(signal_line(each, zone), soft_wrap=True)


def signal_line(signal: Json, zone: tzinfo) -> str:
    name = f"{words(signal['signal'])} ({words(signal['title']['zh'])})"
    if not signal["sent"]:
        return f"{name}: not sent; may be sent by {words(', '.join(signal['send']))}"
    silent = f", [red]silent: {words(', '.join(signal['silent']))}[/red]" if signal["silent"] else ""
    answered = words(", ".join(signal["answered"])) or "nobody yet"
    return f"[bold]{name}[/bold]: sent {local_time(signal['sent'][-1], zone)}, answered: {answered}{silent}"


def print_reports(reports: list[Json], zone: tzinfo) -> None:
    console = Console(highlight=False)
    console.print(reports_table(reports, zone) if reports else "no report is due or has been filed")


def reports_table(reports: list[Json], zone: tzinfo) -> Table:
    table = table_of(("report", "", "to", "due", "filed"), ids=("report",))
    for each in reports:
        table.add_row(
            words(each["assignment"]), words(each["title"]["zh"]), words(each["to"]["zh"]), _due(each, zone), _filed(each, zone)
        )
    return fitted(table)


def _due(report: Json, zone: tzinfo) -> str:
    at = local_time(report["due"], zone)
    if report["suspended"]:
        return f"{at} [yellow]stands still[/yellow]"
    return f"{at} [red]overdue[/red]" if report["overdue"] else at


def _filed(report: Json, zone: tzinfo) -> str:
    if report["filed_at"] is None:
        return "[yellow]not yet[/yellow]"
    late = f" [red]{report['late'] / 60:.0f} min late[/red]" if report["late"] else ""
    corrected = f", {len(report['corrections'])} corrections" if report["corrections"] else ""
    zero = ", zero report" if report["zero"] else ""
    return f"[green]no. {report['number']}[/green] {local_time(report['filed_at'], zone)}{late}{zero}{corrected}"
