"""What simulated people will do after each event: hear, answer, take on, work, decide, approve. Plans acts, decides nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from flows.deciding.tasks.progressing import progress_due
from flows.model import events as happened
from flows.model.commands import ReportUnreached
from flows.model.events import Event, Told
from flows.model.state import ResponseState
from flows.simulation.acts import Act, Answer, Approve, Begin, Courier, DecideByHand, Finish, Say, SayProgress
from flows.simulation.hearing import ASKED, Ears, drawn
from flows.simulation.work import Job, Workforce
from plans.model import Plan
from plans.scenario_model import Distribution, Scenario, at_once
from store.chance import Chance

Agenda = Callable[[datetime, Act], None]
UNREACHED = "no receipt: the phone is off or out of reach"
SOON = 0.8
"""Who does not forget says how far it is when this share of the interval has passed."""


class People:
    def __init__(self, plan: Plan, scenario: Scenario, ears: Ears, chance: Chance, agenda: Agenda) -> None:
        self._plan, self._scenario, self._ears, self._chance, self._plan_act = plan, scenario, ears, chance, agenda
        self.workforce = Workforce(dict(scenario.teams))

    def follow(self, history: Iterable[Event], state: ResponseState, now: datetime) -> None:
        for event in history:
            match event:
                case happened.StepFired():
                    self._called(event, now)
                case happened.TaskAcknowledged():
                    if event.answers_ladder:
                        self._take_on(event, state, now)
                case happened.TaskStarted():
                    self._work(event.assignment, state, now)
                case happened.TaskCompleted() | happened.TaskWithdrawn() | happened.TaskReassigned():
                    self._free(event.assignment, state, now)
                case happened.ManualDecisionRecorded():
                    self._decided(event, state, now)
                case happened.ProgressReported():
                    self._say_progress(event.assignment, state, now)
                case happened.ProgressMissed():
                    self._asked_for_progress(event, now)
                case happened.TaskSuspended():
                    self._stop(event.assignment, now)
                case happened.TaskResumed():
                    self._go_on(event.assignment, state, now)
                case happened.LevelProposed() | happened.EndProposed() | happened.ProposalStepFired():
                    self._asked_to_sign(event, state, now)
                case _:
                    pass

    def _called(self, event: happened.StepFired, now: datetime) -> None:
        for told in event.told:
            delay = self._hear(told, now)
            if event.manual and event.clock == "acknowledge":
                decide = drawn(self._scenario.manual.decide, self._chance)
                if delay is not None and decide is not None:
                    self._plan_act(now + delay + timedelta(seconds=round(decide)), DecideByHand(told.person, event.assignment))
            elif delay is not None and event.clock == "acknowledge":
                self._plan_act(now + delay, Answer(told, event.assignment))
            if told.person in self._ears.dead and (noticed := self._ears.notices(now)):
                unreached = ReportUnreached(
                    assignment=event.assignment,
                    clock=event.clock,
                    step=event.step,
                    epoch=event.epoch,
                    person=told.person,
                    reason=UNREACHED,
                )
                self._plan_act(noticed, Say(unreached))

    def _hear(self, told: Told, now: datetime, channels: tuple[str, ...] = ()) -> timedelta | None:
        return self._ears.hears(told, channels or told.channels, now)

    def _take_on(self, event: happened.TaskAcknowledged, state: ResponseState, now: datetime) -> None:
        assignment = state.assignments[event.assignment]
        if event.assignment in self.workforce.jobs or assignment.has_ended:
            return
        task = self._plan.tasks[assignment.task]
        # an order that outranks everything is obeyed wherever one is
        worker = f"{event.person}!" if task.signal else event.person
        granted = self.workforce.ask(event.assignment, task.name, worker, task.role, now, urgent=task.life_safety)
        if granted:
            self._set_out(granted, state, now)

    def _set_out(self, job: Job, state: ResponseState, now: datetime) -> None:
        job.ticket += 1
        if not state.assignments[job.assignment].is_suspended:
            self._plan_act(now + self._ears.travels(job.role), Begin(job.assignment, job.ticket))

    def _work(self, name: str, state: ResponseState, now: datetime) -> None:
        job = self.workforce.jobs.get(name)
        if job is None or job.started:
            return
        job.started = True
        job.left = self._duration(job, state)
        self._resume(job, state, now)

    def _resume(self, job: Job, state: ResponseState, now: datetime) -> None:
        """Goes on with what is left."""
        if job.left is None:
            return
        job.ticket += 1
        job.until = now + job.left
        self._plan_act(job.until, Finish(job.assignment, job.ticket))
        self._say_progress(job.assignment, state, now)

    def _duration(self, job: Job, state: ResponseState) -> timedelta | None:
        own = self._scenario.work.tasks.get(job.task)
        if own is not None:
            seconds = drawn(own, self._chance)
            return None if seconds is None else timedelta(seconds=round(seconds))
        share = drawn(self._scenario.work.default, self._chance)
        assignment = state.assignments[job.assignment]
        task = self._plan.tasks[job.task]
        # a report may open when its limit has passed: it takes time all the same
        limit = max(assignment.done_by - assignment.opened_at, task.ack) if task.report else task.done
        return None if share is None else timedelta(seconds=round(share * limit.total_seconds()))

    def _say_progress(self, name: str, state: ResponseState, now: datetime) -> None:
        job = self.workforce.jobs.get(name)
        due = progress_due(self._plan, state, state.assignments[name])
        if job is None or due is None or not job.started or self._chance.happens(self._scenario.work.forgets_progress):
            return
        self._plan_act(now + max(due - now, timedelta(0)) * SOON, SayProgress(name, job.ticket))

    def _asked_for_progress(self, event: happened.ProgressMissed, now: datetime) -> None:
        job = self.workforce.jobs.get(event.assignment)
        asked = next((told for told in event.told if job and told.person == job.worker), None)
        if job is None or asked is None or not job.started:
            return
        if (delay := self._hear(asked, now)) is not None:
            self._plan_act(now + delay, SayProgress(event.assignment, job.ticket))

    def _stop(self, name: str, now: datetime) -> None:
        job = self.workforce.jobs.get(name)
        if job:
            job.ticket += 1
            if job.until is not None:
                job.left, job.until = max(job.until - now, timedelta(0)), None

    def _go_on(self, name: str, state: ResponseState, now: datetime) -> None:
        job = self.workforce.jobs.get(name)
        if job is None or job.granted_at is None or state.assignments[name].is_suspended:
            return
        if job.started:
            self._resume(job, state, now)
        else:
            self._set_out(job, state, now)

    def _free(self, name: str, state: ResponseState, now: datetime) -> None:
        if following := self.workforce.end(name, now):
            self._set_out(following, state, now)

    def _decided(self, event: happened.ManualDecisionRecorded, state: ResponseState, now: datetime) -> None:
        if event.decision == "skip":
            self._free(event.assignment, state, now)
            return
        delay = drawn(self._scenario.manual.courier, self._chance)
        if delay is not None:
            self._plan_act(now + timedelta(seconds=round(delay)), Courier(event.by, event.assignment))

    def _asked_to_sign(
        self,
        event: happened.LevelProposed | happened.EndProposed | happened.ProposalStepFired,
        state: ResponseState,
        now: datetime,
    ) -> None:
        subject: happened.Subject = "end"
        if isinstance(event, happened.LevelProposed):
            subject = "level"
        elif isinstance(event, happened.ProposalStepFired):
            subject = event.subject
        asked = state.situation.of(subject)
        if asked is None:
            return
        approvals = self._scenario.approvals
        thinks: Distribution = approvals.levels.get(asked.level, at_once) if subject == "level" else approvals.end
        by_phone = isinstance(event, happened.ProposalStepFired) and event.manual
        for told in self._signers(event, asked.signers):
            heard, decides = self._hear(told, now, ("voice",) if by_phone else ()), drawn(thinks, self._chance)
            if heard is not None and decides is not None:
                self._plan_act(now + heard + timedelta(seconds=round(decides)), Approve(told.person, subject, asked.number))

    def _signers(self, event: Event, signers: Iterable[str]) -> tuple[Told, ...]:
        """At the last rung somebody rings everybody who may sign."""
        told: tuple[Told, ...] = getattr(event, "told", ())
        if isinstance(event, happened.ProposalStepFired) and event.manual:
            return tuple(Told(person, person, told[0].role, (person,), ASKED) for person in signers)
        return told
