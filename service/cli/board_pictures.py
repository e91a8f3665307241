"""The board of an incident in a terminal, in one language: the responses, their open tasks, and who is asked by several."""

from collections.abc import Iterator
from datetime import tzinfo

from rich.console import Console

from flows.running.calls import spoken
from plans.model import Text
from service.cli.pictures import TASK_COLOURS, local_time, words
from service.cli.told_words import WORDS, Language
from service.plain import Json
from service.record import words as record_words

_CLOCKS = {
    "acknowledge": Text("确认", "acknowledgement"),
    "done": Text("办结", "completion"),
    "round": Text("下一轮", "next round"),
    "progress": Text("报告进展", "progress is asked for"),
    "wait": Text("不再等待", "waits no longer"),
    "daylight": Text("日出或日落", "sunrise or sunset"),
    "shift": Text("交接班", "change of shift"),
    "end": Text("建议终止", "the end is proposed"),
    "level": Text("建议级别", "a level is proposed"),
    "sign": Text("签批", "signature"),
    "paper": Text("补交书面件", "paper of an oral approval"),
    "fresh": Text("数据过旧", "a value grows old"),
}
_WORDS = {
    "board": Text("事件看板：{incident}（{count}个响应）", "board of the incident: {incident} ({count} responses)"),
    "from": Text("由 {parent} 联动启动", "opened from a link of {parent}"),
    "next": Text("下一时限：{clocks}", "next clocks: {clocks}"),
    "clock": Text("{title}（{kind}）", "{title} ({kind})"),
    "no_task": Text("没有未结任务", "no open task"),
    "nobody": Text("无人", "nobody"),
    "report": Text("待报：{title}，{due} 前", "report owed: {title}, until {due}"),
    "proposed_level": Text("待签批：建议{level}级：{why}", "waits for a signature: level {level}: {why}"),
    "proposed_end": Text("待签批：建议终止：{why}", "waits for a signature: the end: {why}"),
    "proposal": Text(
        "待决定：{proposal} 建议启动预案 {plan} {level}级，来自 {parent}：{headline}",
        "to be decided: {proposal} proposes plan {plan} at level {level}, from {parent}: {headline}",
    ),
    "several": Text("同时被多个响应叫应：", "called by several responses:"),
}


def print_board(view: Json, zone: tzinfo, language: Language) -> None:
    """`view` is that of `service.desk.board.board_view`."""
    console = Console(highlight=False)
    for line in _Board(zone, language).lines(view):
        console.print(line, soft_wrap=True)  # people grep it


class _Board:
    def __init__(self, zone: tzinfo, language: Language) -> None:
        self._zone, self._language = zone, language

    def lines(self, view: Json) -> Iterator[str]:
        # our own mark, which is cleaned out of everybody else's words
        drill = f"{spoken(record_words.KIND['drill'], self._language)} " if view["kind"] == "drill" else ""
        count = len(view["responses"])
        yield f"[bold]{drill}{self._say(_WORDS['board'], incident=words(view['incident']), count=count)}[/bold]"
        for proposal in view["proposals"]:
            said = {name: words(proposal[name]) for name in ("proposal", "plan", "level", "headline")}
            yield f"[yellow]{self._say(_WORDS['proposal'], parent=proposal['from'], **said)}[/yellow]"
        for response in view["responses"]:
            yield from self._response(response)
        if view["people"]:
            yield f"[bold]{self._say(_WORDS['several'])}[/bold]"
        for person in view["people"]:
            yield f"  {words(person['name'])} ({words(person['person'])})"
            yield from (f"    {task['response']}  {self._asked(task)}" for task in person["tasks"])

    def _response(self, response: Json) -> Iterator[str]:
        level = self._say(WORDS["level"], level=response["level"])
        status = self._say(record_words.STATUS[response["status"]])
        parent = self._say(_WORDS["from"], parent=response["parent"]) if response["parent"] else ""
        told = (response["id"], self._title(response), level, status, words(response["place"]), parent)
        yield f"[bold]{'  '.join(part for part in told if part)}[/bold]"
        if clocks := [self._clock(each) for each in response["next"]]:
            yield f"  {self._say(_WORDS['next'], clocks=self._list(clocks))}"
        yield from (f"  [yellow]{self._unanswered(each)}[/yellow]" for each in response["unanswered"])
        yield from (f"  {self._report(each)}" for each in response["reports"])
        yield from (f"  {self._paper(each)}" for each in response["papers"])
        yield from (f"  {self._task(each)}" for each in response["tasks"])
        if not response["tasks"]:
            yield f"  {self._say(_WORDS['no_task'])}"

    def _task(self, task: Json) -> str:
        holders = [words(each["name"]) + (" ✓" if each["acknowledged"] else "") for each in task["holders"]]
        people = self._people(holders) or self._say(_WORDS["nobody"])
        return f"{words(task['code'])}  {words(task['assignment'])}  {self._standing(task)}  {people}"

    def _asked(self, task: Json) -> str:
        code = f"  [{words(task['answer_code'])}]".replace("[", "\\[") if task["answer_code"] else ""
        return f"{words(task['assignment'])}  {self._standing(task)}{code}"

    def _standing(self, task: Json) -> str:
        colour = TASK_COLOURS.get(task["status"], "white")
        late = f" [red]{self._say(WORDS['overdue'])}[/red]" if task["overdue"] else ""
        status = self._say(record_words.TASK[task["status"]])
        return f"{self._title(task)}  [{colour}]{status}[/{colour}]{late}  {self._at(task['done_by'])}"

    def _report(self, report: Json) -> str:
        late = f" [red]{self._say(WORDS['overdue'])}[/red]" if report["overdue"] else ""
        return self._say(_WORDS["report"], title=self._title(report), due=self._at(report["due"])) + late

    def _paper(self, paper: Json) -> str:
        late = f" [red]{self._say(WORDS['overdue'])}[/red]" if paper["missed"] else ""
        return self._say(WORDS["paper"], level=paper["level"], due=self._at(paper["due"])) + late

    def _unanswered(self, asked: Json) -> str:
        why = words(asked["reason"][self._language])
        return self._say(_WORDS[f"proposed_{asked['subject']}"], level=asked["level"], why=why)

    def _clock(self, clock: Json) -> str:
        kind, title = self._say(_CLOCKS[clock["clock"]]), self._title(clock)
        said = self._say(_WORDS["clock"], title=title, kind=kind) if title else kind
        return f"{self._at(clock['due'])} {said}"

    def _say(self, text: Text, **values: object) -> str:
        return spoken(text, self._language).format(**values)

    def _title(self, of: Json) -> str:
        return words(of["title"][self._language])

    def _list(self, several: list[str]) -> str:
        return ("；" if self._language == "zh" else "; ").join(several)

    def _people(self, several: list[str]) -> str:
        return ("、" if self._language == "zh" else ", ").join(several)

    def _at(self, moment: str) -> str:
        return local_time(moment, self._zone)
