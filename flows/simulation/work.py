"""Who works on what in a simulation: teams and people that cannot be in two places, and what waits for them. Pure bookkeeping."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush


@dataclass(slots=True)
class Job:
    """Work on one assignment. `ticket` rises with every change, so that what was planned before is stale."""

    assignment: str
    task: str
    worker: str
    role: str
    pool: str
    asked_at: datetime
    granted_at: datetime | None = None
    started: bool = False
    until: datetime | None = None
    left: timedelta | None = None
    """What was left to do when it was suspended."""
    ticket: int = 0


@dataclass(slots=True)
class Load:
    """What a role had to do in a run."""

    busy: timedelta = timedelta(0)
    waited: timedelta = timedelta(0)
    jobs: int = 0
    held_up: int = 0
    """Jobs that had to wait for somebody to be free."""


@dataclass(slots=True)
class _Pool:
    free: int
    queue: list[tuple[bool, int, Job]] = field(default_factory=list)


class Workforce:
    """`teams`: how many things the holders of a role can have done at a time; anybody else does one thing after the other."""

    def __init__(self, teams: dict[str, int]) -> None:
        self._teams = teams
        self._pools: dict[str, _Pool] = {}
        self._serial = 0
        self.jobs: dict[str, Job] = {}
        self.loads: dict[str, Load] = {}

    def ask(self, assignment: str, task: str, worker: str, role: str, now: datetime, *, urgent: bool) -> Job | None:
        """The job, if it can begin at once; otherwise it waits, urgent ones first."""
        job = Job(assignment, task, worker, role, role if role in self._teams else f"@{worker}", now)
        self.jobs[assignment] = job
        pool = self._pools.setdefault(job.pool, _Pool(self._teams.get(job.pool, 1)))
        load = self.loads.setdefault(role, Load())
        load.jobs += 1
        if pool.free:
            pool.free -= 1
            job.granted_at = now
            return job
        load.held_up += 1
        self._serial += 1
        heappush(pool.queue, (not urgent, self._serial, job))
        return None

    def end(self, assignment: str, now: datetime) -> Job | None:
        """Whoever worked on it is free; the job that can begin now, if one was waiting."""
        job = self.jobs.pop(assignment, None)
        if job is None:
            return None
        job.ticket += 1
        load = self.loads[job.role]
        if job.granted_at is None:
            load.waited += now - job.asked_at
            return None
        load.busy += now - job.granted_at
        return self._next(self._pools[job.pool], now)

    def close(self, now: datetime) -> None:
        """Counts what is still under way or waiting when the run ends."""
        for job in self.jobs.values():
            load = self.loads[job.role]
            if job.granted_at is None:
                load.waited += now - job.asked_at
            else:
                load.busy += now - job.granted_at

    def _next(self, pool: _Pool, now: datetime) -> Job | None:
        while pool.queue:
            waiting = heappop(pool.queue)[2]
            # one that has ended while it waited has left the book
            if self.jobs.get(waiting.assignment) is waiting:
                waiting.granted_at = now
                self.loads[waiting.role].waited += now - waiting.asked_at
                return waiting
        pool.free += 1
        return None
