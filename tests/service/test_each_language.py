"""Who reads Chinese meets no English words, and the other way round: every event as it is told, every message as it is sent.

Names, ids, units, codes and people's own words stay as they are; a plan's texts are its author's.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from flows.deciding.decisions import decide_opening
from flows.deciding.moving import decide_move
from flows.deciding.reports.drafts import draft_report
from flows.errors import FlowError
from flows.model.commands import (
    Acknowledge,
    AddNote,
    ChangeLevel,
    Close,
    CloseFinding,
    Command,
    CorrectReport,
    Decline,
    EndDrill,
    FilePaper,
    NoticeAlert,
    NoticeLinked,
    OpenDrill,
    ProposeEnd,
    ProposeLevel,
    Reassign,
    RecordDecision,
    RecordEndedDrills,
    RecordFact,
    RefuseEnd,
    RefuseLevel,
    ReportProgress,
    ReportUnreached,
    ResumeTask,
    SendSignal,
    Start,
    SuspendTask,
    TellPublic,
    UpdateFinding,
)
from flows.model.events import Event, Heard, events
from flows.model.level_events import LinkedNews
from flows.model.plan_move import MovePlan
from flows.model.reasons import CANCELLED_IN_PREFECT, people_needed, undelivered
from flows.model.state import Assignment, ResponseState, fold
from flows.running.calls import Caller
from flows.testing.runs import Run
from notifications.rendering import fill
from plans.catalog import load
from plans.model import Fact, FactType, Level, Plan, Text
from service.record.sentences import Teller

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 9, 3, 8, tzinfo=UTC)
SAID = "〇"
"""What people write themselves, in no language."""
WORD = re.compile(r"[A-Za-z]+(?:['’.-][A-Za-z]+)*")
CHINESE = re.compile("[\u3400-\u9fff]+")
CODES = frozenset({"I", "II", "III", "IV", "R", "D", "UNDELIV"})
OWN_WORDS = "突发事件 宝鸡市 第一处 处置结束 报文 收到 已记录"
"""What the people of the story write, in Chinese."""
PLANS = ("flood", "landslide", "hazmat_spill", "water_pollution")


class Story(Run):
    """A long response in which whatever can go wrong does; what is refused is passed over."""

    def ask(self, command: Command) -> None:
        with suppress(FlowError):
            self.submit(command)

    def go(self) -> "Story":
        for kind in self.plan.findings:
            self.report(kind)
        self._work(reports=False)
        self._work(reports=False)
        self.ask(ChangeLevel(by="duty_officer", level=Level.II, reason=SAID, approved_by="commander", although=SAID))
        everything = [fact for fact in self.plan.facts.values() if not fact.table]
        for extreme, level in enumerate((Level.I, Level.IV, Level.II, Level.III)):
            self._work(reports=extreme > 1)
            self._at_work(3 * extreme)
            self.forward(timedelta(hours=2))
            self._at_work(0)
            self._about_levels(level)
            for fact in everything:
                self._record(fact, extreme)
            self.forward(timedelta(hours=7), timedelta(minutes=30))
        self._signals()
        self._to_another_version()
        self._to_the_end()
        return self

    def _to_another_version(self) -> None:
        after, command = replace(self.plan, version="2027"), MovePlan(by="duty_officer", reason=SAID)
        events, self.plan = decide_move(self.plan, after, self.duty, self.state, command, self.now)
        self.state, self.history = fold(events, self.state), self.history + events

    def _work(self, *, reports: bool) -> None:
        """Half of what is open is done, and what that opens."""
        for assignment in (*self.state.assignments.unended[::2], *self.state.assignments.unended[1::2]):
            task = self.plan.tasks[assignment.task]
            if task.progress:
                self.ask(Start(by=next(iter(assignment.told), ""), assignment=assignment.id))
            elif reports or not task.report:
                with suppress(FlowError, IndexError):
                    self._complete(assignment)
        for name, finding in self.state.findings.items():
            fields = self.plan.findings[finding.of].fields
            self.ask(
                UpdateFinding(by="duty_officer", finding=name, values={each.name: self._evidence(each) for each in fields[:1]})
            )

    def _at_work(self, first: int) -> None:
        """Something else happens to each open task."""
        for number, assignment in enumerate(self.state.assignments.unended, first):
            for command in self._done_to(number % 9, assignment):
                self.ask(command)

    def _done_to(self, number: int, assignment: Assignment) -> Iterator[Command]:
        name, office = assignment.id, "duty_officer"
        by = next(iter(assignment.told), office)
        match number:
            case 0:
                yield Decline(by=by, assignment=name, reason=SAID)
            case 1:
                yield Acknowledge(by=by, assignment=name, via="sms")
                yield Decline(by=by, assignment=name, reason=SAID)
            case 2:
                yield Start(by=by, assignment=name, via="link")
                yield ReportProgress(by=by, assignment=name, text=SAID)
            case 3:
                yield SuspendTask(by=office, assignment=name, reason=SAID)
            case 4:
                yield SuspendTask(by=office, assignment=name, reason=SAID)
                yield ResumeTask(by=office, assignment=name, reason=SAID)
            case 5:
                yield Reassign(by=office, assignment=name, to=(office,), reason=SAID)
            case 6:
                yield RecordDecision(by=office, assignment=name, decision="courier", reason=SAID)
                yield RecordDecision(by=office, assignment=name, decision="skip", reason=SAID)
            case 7:
                yield Acknowledge(by=by, assignment=name, via="wechat")
            case _:
                for person in assignment.acknowledge.told:
                    yield self._unreached(assignment, person)

    def _unreached(self, assignment: Assignment, person: str) -> Command:
        climb = assignment.acknowledge
        why = undelivered("sms", "failed", "UNDELIV", "")
        return ReportUnreached(
            assignment=assignment.id, clock="acknowledge", step=climb.steps[-1], epoch=climb.epoch, person=person, reason=why
        )

    def _about_levels(self, level: Level) -> None:
        self.ask(RefuseLevel(by="commander", reason=SAID))
        self.ask(ProposeLevel(by="duty_officer", level=level, reason=SAID))
        self.forward(timedelta(hours=1))
        self.ask(ChangeLevel(by="duty_officer", level=level, reason=SAID, approved_by="commander", oral=True, although=SAID))

    def _record(self, fact: Fact, extreme: int) -> None:
        values = {
            FactType.NUMBER: ("0", "1000000", "0", "50"),
            FactType.BOOLEAN: ("false", "true", "false", "true"),
            FactType.TEXT: (SAID,) * 4,
            FactType.CHOICE: (fact.choices or ("",))[:1] * 2 + (fact.choices or ("",))[-1:] * 2,
        }
        self.ask(RecordFact(by="duty_officer", name=fact.name, value=values[fact.type][extreme]))

    def _signals(self) -> None:
        for task in self.plan.tasks.values():
            if task.signal:
                self.ask(SendSignal(by=task.signal.send[0], signal=task.name, reason=SAID))

    def _to_the_end(self) -> None:
        self.ask(FilePaper(by="duty_officer", paper="level-1", reference=SAID))
        self.ask(NoticeAlert(by="engine", news="changed", text=Text("级别上调", "the level went up")))
        self._hear_of_the_county()
        self.ask(RecordEndedDrills(by="engine", drills=("D-1",)))
        self.ask(AddNote(by="duty_officer", text=SAID))
        self.ask(ProposeEnd(by="Prefect", via="prefect", reason=CANCELLED_IN_PREFECT))
        self.ask(RefuseEnd(by="commander", reason=SAID))
        for name, filed in tuple(self.state.reports.items()):
            self.ask(CorrectReport(by=filed.by, assignment=name, text=SAID, reason=SAID, signed_by=filed.signed_by))
        for finding in tuple(self.state.findings)[::2]:
            self.ask(CloseFinding(by="duty_officer", finding=finding, reason=SAID))
        self.stand_down()
        self.forward(timedelta(hours=1))
        self.ask(TellPublic(by="duty_officer", text=SAID, audience=SAID, people=3, step="public/1", approved_by="commander"))
        self.ask(Close(by="duty_officer", reason=SAID, although=SAID))

    def _hear_of_the_county(self) -> None:
        county, tasks = Text("县预案", "County plan"), (Text("巡堤", "Patrol"), Text("转移", "Evacuate"))
        for entry, (news, before) in enumerate(zip(get_args(LinkedNews), (None, Level.III, *(None,) * 3), strict=True), 1):
            heard = Heard(
                response="R-1",
                link="county",
                entry=entry,
                happened_at=self.now,
                title=county,
                news=news,
                level=Level.II,
                before=before,
                unanswered=tasks if news == "unanswered" else (),
            )
            self.ask(NoticeLinked(heard=heard, after=entry - 1))


@cache  # every test looks at it, none changes it
def story(name: str) -> Story:
    """With times to wait and limits by level everywhere, so that every kind of event happens."""
    plan = load(name)
    levels = {level: replace(rule, hold=timedelta(minutes=20)) for level, rule in plan.levels.items()}
    within = {
        Level.IV: timedelta(hours=8),
        Level.III: timedelta(hours=8),
        Level.II: timedelta(hours=4),
        Level.I: timedelta(hours=2),
    }
    tasks = {
        task: replace(each, report=replace(each.report, within=within)) if each.report else each
        for task, each in plan.tasks.items()
    }
    return Story(replace(plan, levels=levels, tasks=tasks), Level.III, START).go()


def drill() -> tuple[Plan, list[Event]]:
    """One that the real thing cuts short."""
    run = story("flood")
    opening = OpenDrill(incident=SAID, level=Level.III, by="duty_officer")
    history = decide_opening(run.plan, run.duty, opening, START)
    ending = Story.__new__(Story)
    ending.plan, ending.duty, ending.now, ending.history, ending.state = run.plan, run.duty, START, history, fold(history)
    ending.submit(EndDrill(by="engine", reason=people_needed("R-1")))
    return run.plan, ending.history


def told(plan: Plan, state: ResponseState, history: list[Event]) -> Iterator[Text]:
    teller = Teller(plan, state, ZONE, lambda person: SAID)
    yield from map(teller.tell, history)


def sent(run: Story, language: str) -> Iterator[str]:
    """Every message of the response to people of one language, as their plan words it."""
    people = {name: replace(each, language=language, name=SAID) for name, each in run.duty.people.items()}
    caller = Caller(run.plan, replace(run.duty, people=people), ZONE)
    for call in caller.calls("R-1", 1, run.history, run.state):
        message = run.plan.messages[call.template]
        for text in (message.text, message.short):
            empty = dict.fromkeys(("code", "answer_code", "link"), "")
            yield fill(text.en if language == "en" else text.zh, {**empty, **call.parameters, "assignment": ""})


def drafts(run: Story) -> Iterator[Text]:
    for assignment in run.state.assignments.values():
        if run.plan.tasks[assignment.task].report:
            yield draft_report(run.plan, run.state, assignment, run.now, ZONE).text


def english_in(text: str, plan: Plan) -> list[str]:
    """What a reader of Chinese would stumble over: words that are in no text of the plan in Chinese, and no name or code."""
    return [word for word in WORD.findall(text) if word not in _latin(plan) and word not in CODES]


def chinese_in(text: str, plan: Plan) -> list[str]:
    return [word for word in CHINESE.findall(text) if word not in _han(plan) and word not in OWN_WORDS]


@cache
def _names(name: str) -> frozenset[str]:
    """Names of the story's people, and the ids that people meet: instances of tasks, findings, steps, links, units."""
    plan = load(name)
    rungs = (rung.name for ladder in plan.ladders.values() for rung in ladder.rungs)
    units = (fact.unit for fact in plan.facts.values())
    people = (role.title() for role in plan.roles)
    links = (part for link in plan.links.values() for part in (link.name, link.plan))
    return frozenset(
        word for each in (*plan.tasks, *plan.findings, *rungs, *units, *links, *people) for word in WORD.findall(each)
    )


def _latin(plan: Plan) -> frozenset[str]:
    return _names(plan.name) | _words(plan.name, "zh", WORD)


def _han(plan: Plan) -> frozenset[str]:
    return _words(plan.name, "en", CHINESE)


@cache
def _words(name: str, language: str, pattern: re.Pattern[str]) -> frozenset[str]:
    texts = re.findall(rf'"{language}":"((?:[^"\\]|\\.)*)"', load(name).canonical_json.decode())
    return frozenset(word for text in texts for word in pattern.findall(text))


@pytest.mark.parametrize("name", PLANS)
def test_every_event_is_told_in_chinese_without_english_and_in_english_without_chinese(name: str) -> None:
    run = story(name)

    sentences = list(told(run.plan, run.state, run.history))

    assert [(each.zh, words) for each in sentences if (words := english_in(each.zh, run.plan))] == []
    assert [(each.en, words) for each in sentences if (words := chinese_in(each.en, run.plan))] == []


@pytest.mark.parametrize("name", PLANS)
def test_every_message_is_in_the_language_of_whoever_gets_it(name: str) -> None:
    run = story(name)

    chinese, english = list(sent(run, "zh")), list(sent(run, "en"))

    assert len(chinese) == len(english) > 100
    assert {(each, *words) for each in chinese if (words := english_in(each, run.plan))} == set()
    assert {(each, *words) for each in english if (words := chinese_in(each, run.plan))} == set()


@pytest.mark.parametrize("name", PLANS)
def test_every_draft_of_a_report_is_in_one_language(name: str) -> None:
    run = story(name)

    texts = list(drafts(run))

    assert [(each.zh, words) for each in texts if (words := english_in(each.zh, run.plan))] == []
    assert [(each.en, words) for each in texts if (words := chinese_in(each.en, run.plan))] == []


def test_a_drill_that_was_cut_short_is_told_in_either_language() -> None:
    plan, history = drill()

    sentences = list(told(plan, fold(history), history))

    assert [(each.zh, words) for each in sentences if (words := english_in(each.zh, plan))] == []
    assert [(each.en, words) for each in sentences if (words := chinese_in(each.en, plan))] == []


def test_the_stories_have_every_kind_of_event() -> None:
    seen = {type(event) for name in PLANS for event in story(name).history} | {type(event) for event in drill()[1]}

    assert {each.__name__ for each in get_args(Event)} - {each.__name__ for each in seen} == set()


def test_reasons_go_through_the_journal_and_back_unchanged() -> None:
    history = [event for name in PLANS for event in story(name).history]

    assert [events.validate_json(events.dump_json(event)) for event in history] == history
