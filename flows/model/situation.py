"""What of a response waits for a signature or has grown old, and how each event moves it on; nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from flows.model import events as happened
from flows.model.assignment import Climb
from flows.model.events import ENGINE, Event, Reason, Subject
from plans.model import Level

PaperOf = Literal["opening", "level", "end"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal that nobody has decided. `number` counts all of a response: a moved clock of another one cannot fire.

    `signers` are the people whom the ladder has reached: each of them may sign.
    """

    level: Level
    by: str
    reason: Reason
    at: datetime
    number: int
    climb: Climb
    signers: tuple[str, ...] = ()

    @property
    def is_by_facts(self) -> bool:
        return self.by == ENGINE


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper that an oral approval still owes, or owed."""

    of: PaperOf
    level: Level
    approved_by: str
    due: datetime
    missed: bool = False
    reference: str = ""

    @property
    def is_owed(self) -> bool:
        return not self.reference


@dataclass(frozen=True, slots=True)
class Situation:
    """`holds`: levels that the facts call for, each with the time from which it may be proposed."""

    level: Asked | None = None
    end: Asked | None = None
    asked: int = 0
    holds: Mapping[Level, datetime] = field(default_factory=dict)
    refused: tuple[Level, ...] = ()
    proposers: Mapping[Level, str] = field(default_factory=dict)
    """Who last proposed each level since the present one was decided: a refusal does not undo that."""
    is_end_refused: bool = False
    papers: Mapping[str, Paper] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    """Facts (and `NAME.forecast`) whose last value is too old: unknown."""
    linked: tuple[str, ...] = ()
    """Links whose condition holds: each has been proposed for this rise."""
    heard: Mapping[str, int] = field(default_factory=dict)
    """Responses that were opened from a link of this one, each with the entry of its journal up to which this one has heard."""

    def of(self, subject: Subject) -> Asked | None:
        return self.level if subject == "level" else self.end

    def owed(self) -> dict[str, Paper]:
        return {name: paper for name, paper in self.papers.items() if paper.is_owed}


def began(event: happened.ResponseOpened | happened.DrillOpened) -> Situation:
    if isinstance(event, happened.DrillOpened) or event.paper_by is None:
        return Situation()
    return Situation(papers={"opening": Paper("opening", event.level, event.approved_by, event.paper_by)})


def followed(situation: Situation, event: Event, present: Level) -> Situation:
    """`present` is the level before the event."""
    match event:
        case happened.LevelConditionMet():
            return replace(situation, holds={**situation.holds, event.level: event.propose_at})
        case happened.LevelConditionBroken():
            holds = {level: due for level, due in situation.holds.items() if level is not event.level}
            return _called_off(replace(situation, holds=holds, refused=_without(situation.refused, event.level)), event.level)
        case happened.LevelProposed():
            proposed = replace(situation, level=None, proposers={**situation.proposers, event.level: event.by})
            return _asked(proposed, "level", event.level, event.by, event.reason, event.at)
        case happened.LevelProposalLapsed():
            return _called_off(replace(situation, level=None), event.level)
        case happened.LevelRefused():
            asked = situation.level
            pending = None if asked and asked.level is event.level else asked
            return replace(situation, level=pending, refused=(*_without(situation.refused, event.level), event.level))
        case happened.LevelChanged():
            return _level_changed(situation, event)
        case happened.EndProposed():
            return _asked(situation, "end", present, event.by, event.reason, event.at)
        case happened.EndConditionMet() if situation.is_end_refused:
            # what was refused was another reason to end
            return replace(situation, is_end_refused=False)
        case happened.EndConditionBroken():
            return replace(situation, end=None, is_end_refused=False)
        case happened.EndRefused():
            return replace(situation, end=None, is_end_refused=True)
        case happened.StoodDown():
            ended = replace(situation, level=None, end=None, holds={}, refused=())
            return _owing(ended, "end", Paper("end", present, event.approved_by, event.paper_by)) if event.paper_by else ended
        case _:
            return _grown(situation, event)


def _grown(situation: Situation, event: Event) -> Situation:
    match event:
        case happened.ProposalStepFired():
            return _climbed(situation, event.subject, event.step, _signers(event))
        case happened.ProposalStepPassed():
            return _passed(situation, event)
        case happened.PaperFiled():
            paper = replace(situation.papers[event.paper], reference=event.reference)
            return replace(situation, papers={**situation.papers, event.paper: paper})
        case happened.PaperMissed():
            return replace(
                situation, papers={**situation.papers, event.paper: replace(situation.papers[event.paper], missed=True)}
            )
        case happened.FactStale():
            return replace(situation, stale=(*situation.stale, event.fact))
        case happened.FactRecorded(is_old=False):
            name = f"{event.name}.forecast" if event.forecast else event.name
            return replace(situation, stale=tuple(each for each in situation.stale if each != name))
        case happened.LinkProposed():
            return replace(situation, linked=(*situation.linked, event.link))
        case happened.LinkedNoticed():
            return replace(situation, heard={**situation.heard, event.heard.response: event.heard.entry})
        case happened.LinkConditionBroken():
            return replace(situation, linked=tuple(each for each in situation.linked if each != event.link))
        case _:
            return situation


def _asked(situation: Situation, subject: Subject, level: Level, by: str, reason: Reason, at: datetime) -> Situation:
    number = situation.asked + 1
    return _with(replace(situation, asked=number), subject, Asked(level, by, reason, at, number, Climb(at)))


def _level_changed(situation: Situation, event: happened.LevelChanged) -> Situation:
    # what called for a level above the new one has called for it all along
    holds = {level: due for level, due in situation.holds.items() if level < event.level}
    # a refusal stands while the facts call for the same, whatever is decided beside it
    refused = _without(situation.refused, event.level)
    changed = replace(situation, level=None, holds=holds, refused=refused, proposers={})
    if event.paper_by is None:
        return changed
    return _owing(changed, "level", Paper("level", event.level, event.approved_by, event.paper_by))


def _called_off(situation: Situation, level: Level) -> Situation:
    """What the facts proposed they propose no more."""
    if situation.proposers.get(level) != ENGINE:
        return situation
    return replace(situation, proposers={each: by for each, by in situation.proposers.items() if each is not level})


def _owing(situation: Situation, name: str, paper: Paper) -> Situation:
    number = sum(each.of == paper.of for each in situation.papers.values()) + 1
    return replace(situation, papers={**situation.papers, f"{name}-{number}": paper})


def _signers(event: happened.ProposalStepFired) -> tuple[str, ...]:
    return () if event.manual else tuple(told.person for told in event.told)


def _climbed(situation: Situation, subject: Subject, step: str, signers: tuple[str, ...]) -> Situation:
    asked = situation.of(subject)
    assert asked is not None, "only an open proposal climbs"
    climb = replace(asked.climb, steps=(*asked.climb.steps, step))
    climbed = replace(asked, climb=climb, signers=tuple(dict.fromkeys((*asked.signers, *signers))))
    return _with(situation, subject, climbed)


def _passed(situation: Situation, event: happened.ProposalStepPassed) -> Situation:
    climbed = _climbed(situation, event.subject, event.step, ())
    asked = climbed.of(event.subject)
    assert asked is not None, "only an open proposal climbs"
    earlier = replace(asked.climb, start=asked.climb.start - event.earlier)
    return _with(climbed, event.subject, replace(asked, climb=earlier))


def _with(situation: Situation, subject: Subject, asked: Asked) -> Situation:
    return replace(situation, level=asked) if subject == "level" else replace(situation, end=asked)


def _without(levels: tuple[Level, ...], level: Level) -> tuple[Level, ...]:
    return tuple(each for each in levels if each is not level)
