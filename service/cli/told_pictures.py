"""Responses in a terminal in one language: labels, states, facts and their choices by their titles, people by their names."""

from collections import Counter
from collections.abc import Iterator
from datetime import tzinfo

from rich.console import Console
from rich.table import Table

from flows.model.events import Value
from flows.model.shown import shown
from flows.running.calls import spoken
from plans.model import Plan, Text
from service.cli.pictures import STARTS, TASK_COLOURS, local_time, table_of, words
from service.cli.told_words import WORDS, Language
from service.plain import Json
from service.record import words as record_words


def print_told_responses(rows: list[Json], zone: tzinfo, language: Language) -> None:
    console = Console(highlight=False)
    if not rows:
        console.print(spoken(WORDS["no_response"], language), soft_wrap=True)
    for row in rows:
        kind, status = record_words.KIND[row["kind"]], record_words.STATUS[row["status"]]
        level = spoken(WORDS["level"], language).format(level=row["level"])
        states = f"{spoken(kind, language)}  {level}  {spoken(status, language)}"
        line = f"{row['id']}  {states}  {local_time(row['opened_at'], zone)}  {words(row['incident'])}"
        console.print(line, soft_wrap=True)  # one response, one line: people grep it


def print_told_response(view: Json, plan: Plan, zone: tzinfo, language: Language) -> None:
    """`view` is that of `service.desk.views.response_view`."""
    picture = _Picture(view, plan, zone, language)
    console = Console(highlight=False)
    for line in picture.head():
        console.print(line, soft_wrap=True)
    for table in picture.tables():
        console.print(table)
    for line in picture.foot():
        console.print(line, soft_wrap=True)


class _Picture:
    """People are called by the names that their messages went out under."""

    def __init__(self, view: Json, plan: Plan, zone: tzinfo, language: Language) -> None:
        self._view, self._plan, self._zone, self._language = view, plan, zone, language
        self._names = {each["person"]: each["name"] for each in view["deliveries"]}

    def head(self) -> Iterator[str]:
        view = self._view
        # our own mark, which is cleaned out of everybody else's words
        drill = f"{spoken(record_words.KIND['drill'], self._language)} " if view["kind"] == "drill" else ""
        yield f"[bold]{drill}{view['id']}[/bold]  {words(view['incident'])}  {words(view['place'])}"
        proposed = self._word("proposed", level=view["proposed_level"]) if view["proposed_level"] else ""
        level = self._word("level", level=view["level"]) + proposed
        opened = self._word("opened", at=self._at(view["opened_at"]), zone=self._zone)
        status = self._say(record_words.STATUS[view["status"]])
        yield self._list((self._word("plan", plan=self._say(self._plan.title)), level, status, opened))
        if starts := [f"{self._word(name)} {self._at(view[f'{name}_at'])}" for name in STARTS if view[f"{name}_at"]]:
            yield self._word("counted", starts=self._list(starts))
        if facts := list(self._facts()):
            yield self._word("facts", facts="; ".join(facts) if self._language == "en" else "；".join(facts))
        yield self._word("flow_run", run=view["flow_run"] or self._word("no_flow_run"))

    def tables(self) -> Iterator[Table | str]:
        yield self._tasks() if self._view["tasks"] else self._word("no_task")
        if self._view["findings"]:
            yield self._findings()
        if self._view["reports"]:
            yield self._reports()

    def foot(self) -> Iterator[str]:
        yield from (self._signal(each) for each in self._view["signals"] if each["sent"])
        yield from (self._paper(each) for each in self._view["papers"] if each["owed"])
        states = (record_words.delivery(each["state"], is_only_written=each["only_written"]) for each in self._view["deliveries"])
        counted = [f"{count} {self._say(state)}" for state, count in Counter(states).items()]
        yield self._word("messages", counted=self._list(counted) or self._word("none"))
        if waiting := self._view["awaiting_decision"]:
            titles = {each["assignment"]: self._title(each) for each in self._view["tasks"]}
            named = [f"{words(each)} {titles.get(each, '')}".rstrip() for each in waiting]
            yield f"[red]{self._word('awaiting', tasks=self._list(named))}[/red]"

    def _facts(self) -> Iterator[str]:
        """What is known: what is too old is said to be unknown, what a table makes of the rest to be graded."""
        view = self._view
        for name, value in {**view["facts"], **{f"{name}.forecast": value for name, value in view["forecasts"].items()}}.items():
            yield self._fact(name, value) + (f"[red]{self._word('stale')}[/red]" if name in view["stale"] else "")
        for name, value in view["grades"].items():
            yield self._fact(name, value) + self._word("graded")

    def _fact(self, name: str, value: Value) -> str:
        fact = self._plan.facts[name.removesuffix(".forecast")]
        title = self._say(fact.title)
        called = self._word("forecast", title=title) if name.endswith(".forecast") else title
        unit = "" if fact.unit in ("", "1") else f" {words(fact.unit)}"
        return self._word("fact", title=called, value=self._say(shown(value, fact)) + unit)

    def _tasks(self) -> Table:
        table = self._table("code", "task", "title", "status", "people", "step", "due")
        for task in self._view["tasks"]:
            name = words(task["assignment"]) + (f" [dim]{words(task['finding'])}[/dim]" if task["finding"] else "")
            people = self._names_in([self._person(task, each) for each in task["called"]]) or "–"
            step = words(task["steps"][-1]) if task["steps"] else ""
            table.add_row(
                words(task["code"]), name, self._title(task), self._status(task), people, step, self._at(task["done_by"])
            )
        return table

    def _status(self, task: Json) -> str:
        colour = TASK_COLOURS.get(task["status"], "white")
        status = f"[{colour}]{self._say(record_words.TASK[task['status']])}[/{colour}]"
        if task["suspended_for"]:
            causes = self._list([self._word(cause) for cause in task["suspended_for"]])
            status += f" [yellow]{self._word('suspended', why=causes)}[/yellow]"
        return status + (f" [red]{self._word('late')}[/red]" if any(task["late"].values()) else "")

    def _person(self, task: Json, person: str) -> str:
        if person in task["acknowledged"]:
            return f"[green]{self._name(person)} ✓[/green]"
        return f"[red]{self._name(person)} ✗[/red]" if person in task["declined"] else self._name(person)

    def _findings(self) -> Table:
        table = self._table("finding", "title", "label", "found", "open_tasks")
        for each in self._view["findings"]:
            closed = f"[dim]{self._word('finding_closed', at=self._at(each['closed_at']))}[/dim]" if each["closed_at"] else ""
            tasks = closed or words(", ".join(each["open_tasks"])) or "–"
            table.add_row(words(each["finding"]), self._title(each), words(each["label"]), self._at(each["at"]), tasks)
        return table

    def _reports(self) -> Table:
        table = self._table("report", "title", "to", "due", "filed")
        for each in self._view["reports"]:
            to = words(each["to"][self._language])
            table.add_row(words(each["assignment"]), self._title(each), to, self._due(each), self._filed(each))
        return table

    def _due(self, report: Json) -> str:
        at = self._at(report["due"])
        if report["suspended"]:
            return f"{at} [yellow]{self._word('stands_still')}[/yellow]"
        return f"{at} [red]{self._word('overdue')}[/red]" if report["overdue"] else at

    def _filed(self, report: Json) -> str:
        if report["filed_at"] is None:
            return f"[yellow]{self._word('not_yet')}[/yellow]"
        said = [f"[green]{self._word('number', number=report['number'])}[/green] {self._at(report['filed_at'])}"]
        if report["late"]:
            minutes = f"{report['late'] / 60:.0f}"
            said.append(f"[red]{self._word('minutes_late', minutes=minutes)}[/red]")
        if report["zero"]:
            said.append(self._word("zero"))
        if report["corrections"]:
            said.append(self._word("corrections", count=len(report["corrections"])))
        return self._list(said)

    def _signal(self, signal: Json) -> str:
        answered = self._names_in([self._name(each) for each in signal["answered"]]) or self._word("nobody_yet")
        title = f"[bold]{self._title(signal)}[/bold]"
        sent = self._word("signal_sent", title=title, at=self._at(signal["sent"][-1]), answered=answered)
        silent = self._names_in([self._name(each) for each in signal["silent"]])
        return sent + (f"[red]{self._word('silent', silent=silent)}[/red]" if silent else "")

    def _paper(self, paper: Json) -> str:
        owed = self._word("paper", level=paper["level"], due=self._at(paper["due"]))
        return f"{owed} [red]{self._word('overdue')}[/red]" if paper["missed"] else owed

    def _table(self, *columns: str) -> Table:
        return table_of(map(self._word, columns), ids=[self._word(each) for each in ("task", "finding", "report")])

    def _word(self, key: str, **values: object) -> str:
        return spoken(WORDS[key], self._language).format(**values)

    def _say(self, text: Text) -> str:
        return words(spoken(text, self._language))

    def _title(self, of: Json) -> str:
        return words(of["title"][self._language])

    def _name(self, person: str) -> str:
        return words(self._names.get(person, person))

    def _names_in(self, several: list[str]) -> str:
        return ("、" if self._language == "zh" else ", ").join(several)

    def _list(self, several: tuple[str, ...] | list[str]) -> str:
        return ("，" if self._language == "zh" else ", ").join(several)

    def _at(self, moment: str) -> str:
        return local_time(moment, self._zone)
