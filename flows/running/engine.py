"""One turn of a response: read, decide, and in one transaction write journal, snapshot, projections and outbox.

Any process may take a turn; there is no owner. Two writers: one loses, reads again, decides again.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from sqlalchemy import Connection, update

from flows.deciding.decisions import decided, decided_opening
from flows.deciding.moving import decide_move
from flows.errors import ConflictError
from flows.model.commands import Command, OpenDrill, Opening, Tick
from flows.model.events import Event, LinkProposed
from flows.model.plan_move import MovePlan
from flows.model.state import ResponseState, fold
from flows.running import journal, outgoing, plan_versions, precedence
from flows.running.asked import digest_of
from flows.running.calls import Caller
from flows.running.defaults import filled
from flows.running.journal import Head
from flows.running.projections import due_responses, project
from flows.running.tables import book_of
from flows.running.watched import facts_of, facts_of_opening
from plans.model import Plan
from resources.model import Duty
from store.clock import Clock, new_token
from store.database import Database
from store.kinds import Kind
from store.watching import step

TRIES, MOST_HEADS = 20, 256


class Plans(Protocol):
    """The plans that can be activated now, by name."""

    def named(self, name: str) -> Plan:
        """Error: any plan error, with what is wrong and where."""
        ...


DutySource = Callable[[], Duty]
InSameTransaction = Callable[[Connection, str], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a command led to; no events when it changed nothing."""

    response: str
    events: tuple[Event, ...]
    state: ResponseState
    version: int


@dataclass(frozen=True, slots=True)
class Moving:
    """A move to another version of the plan, before anybody has said yes."""

    plan_before: Plan
    plan: Plan
    before: ResponseState
    after: ResponseState
    events: tuple[Event, ...]


class Engine:
    def __init__(self, database: Database, plans: Plans, duty: DutySource, clock: Clock, zone: tzinfo) -> None:
        self.database, self.clock = database, clock
        self._plans, self._duty, self.zone = plans, duty, zone
        self._stored: dict[str, Plan] = {}
        self._moved: dict[tuple[str, ...], Plan] = {}
        self._heads: dict[str, Head] = {}
        self._knowing = threading.Lock()
        # threads that decide at the same time only slow each other down; processes meet at the version
        self._one_turn = threading.Lock()

    def open(
        self, plan_name: str, opening: Opening, key: str = "", also: InSameTransaction | None = None, *, asked: str = ""
    ) -> Turn:
        """Opens a response and calls its first wave, in one transaction; `also` joins it.

        The same `key` gives the same response again, and changes nothing. `asked` is what the key stands for; left out, the plan
        and every word of the opening. Errors: `KeyReusedError` and other `FlowError`, plan errors, `StoreError`.
        """
        with self._one_turn, step("activation", **facts_of_opening(plan_name, opening)) as doing:
            turn = self._open(plan_name, opening, key, asked or digest_of(plan_name, opening), also)
            doing.note(response=turn.response, events=len(turn.events), entry=turn.version)
            return turn

    def submit(self, response: str, command: Command, also: InSameTransaction | None = None) -> Turn:
        """Takes a turn; `also` joins its transaction. Errors: `FlowError` (refused), `StoreError`; nothing is changed then."""
        return self._taken(response, command, lambda: self._turn(response, command, also))

    def move(self, response: str, plan: Plan, command: MovePlan) -> Turn:
        """Moves it to another version of its plan, in one transaction. Errors: as `submit`; nothing is changed then."""
        return self._taken(response, command, lambda: self._move(response, plan, command))

    def would_move(self, response: str, plan: Plan, command: MovePlan) -> Moving:
        """What `move` would do now; nothing is written. Errors: those of `move`."""
        head = self.head(response)
        before, now = self.plan_of(head), self.clock.now()
        history, after = decide_move(before, plan, self._duty_for(head.state.kind), head.state, command, now)
        return Moving(before, after, head.state, fold(history, head.state) if history else head.state, tuple(history))

    def tick(self, response: str) -> Turn:
        """Fires what is due."""
        return self.submit(response, Tick())

    def head(self, response: str) -> Head:
        known = self._heads.get(response)
        with self.database.read() as connection:
            head = journal.load_after(connection, known) if known else journal.load(connection, response)
        self._know(head)
        return head

    def plan_of(self, head: Head) -> Plan:
        """The plan that this response began with (or was moved to), not today's."""
        if not head.state.earlier:
            return self.plan_version(head.state.digest)
        versions = (*head.state.earlier, head.state.digest)
        if versions not in self._moved:
            with self.database.read() as connection:
                self._moved[versions] = plan_versions.of_state(connection, head.state)
        return self._moved[versions]

    def plan_version(self, digest: str) -> Plan:
        """Error: `UnknownNameError`."""
        if digest not in self._stored:
            with self.database.read() as connection:
                self._stored[digest] = plan_versions.load(connection, digest)
        return self._stored[digest]

    def due(self, now: datetime) -> dict[str, datetime]:
        """Responses with a clock due at `now`, each with its earliest due time."""
        with self.database.read() as connection:
            return due_responses(connection, now)

    def _taken(self, response: str, command: Command | MovePlan, take: Callable[[], Turn]) -> Turn:
        """Whoever loses against another writer reads again and decides again."""
        with step("command", response=response, **facts_of(command)) as doing:
            for _ in range(TRIES):
                try:
                    with self._one_turn:
                        turn = take()
                except ConflictError as conflict:
                    last = conflict
                else:
                    doing.note(events=len(turn.events), entry=turn.version)
                    return turn
            raise last

    def _open(self, plan_name: str, opening: Opening, key: str, asked: str, also: InSameTransaction | None) -> Turn:
        kind = Kind.DRILL if isinstance(opening, OpenDrill) else Kind.REAL
        if key and (found := self._opened_before(kind, key, asked)):
            return found
        key = key or new_token()
        plan, duty, now = self._plans.named(plan_name), self._duty_for(kind), self.clock.now()
        with step("decide"):
            history, state = decided_opening(plan, duty, filled(opening, plan, self._duty(), now), now)
        opened: Turn | None = None
        with step("append", at=now), self.database.write() as connection:
            if journal.by_key(connection, kind, key, asked) is None:
                if kind is Kind.REAL:
                    precedence.require_first(connection, opening, state)
                else:
                    precedence.require_free(connection, plan, duty, now)
                response = self._identifier(connection, kind, now)
                if plan.digest not in self._stored:
                    plan_versions.store(connection, plan, now)
                head = journal.begin(connection, response, key, asked, history, state, now)
                self._write_beside(connection, plan, duty, head, None, history, now)
                if also:
                    also(connection, response)
                opened = Turn(response, tuple(history), state, head.version)
        if opened:
            self._stored[plan.digest] = plan
            return opened
        found = self._opened_before(kind, key, asked)
        assert found is not None, "somebody opened it with this key between our two looks"
        return found

    def _turn(self, response: str, command: Command, also: InSameTransaction | None) -> Turn:
        head = self.head(response)
        plan, duty, now = self.plan_of(head), self._duty_for(head.state.kind), self.clock.now()
        with step("decide"):
            history, state = decided(plan, duty, head.state, command, now)
        if not history:
            return Turn(response, (), head.state, head.version)
        with step("append", at=now), self.database.write() as connection:
            moved = journal.append(connection, head, history, state, now)
            self._write_beside(connection, plan, duty, moved, head.state, history, now)
            if also:
                also(connection, response)
        self._know(moved)
        return Turn(response, tuple(history), state, moved.version)

    def _move(self, response: str, after: Plan, command: MovePlan) -> Turn:
        head = self.head(response)
        before, duty, now = self.plan_of(head), self._duty_for(head.state.kind), self.clock.now()
        with step("decide"):
            history, plan = decide_move(before, after, duty, head.state, command, now)
            state = fold(history, head.state) if history else head.state
        if not history:
            return Turn(response, (), head.state, head.version)
        with step("append", at=now), self.database.write() as connection:
            plan_versions.store(connection, after, now)
            moved = journal.append(connection, head, history, state, now)
            self._write_beside(connection, plan, duty, moved, head.state, history, now, before)
        self._know(moved)
        return Turn(response, tuple(history), state, moved.version)

    def _write_beside(
        self,
        connection: Connection,
        plan: Plan,
        duty: Duty,
        head: Head,
        before: ResponseState | None,
        history: Sequence[Event],
        now: datetime,
        plan_before: Plan | None = None,
    ) -> None:
        project(connection, head.response, plan, before, head.state, plan_before)
        first = head.version - len(history) + 1
        with step("outbox") as doing:
            calls = tuple(Caller(plan, duty, self.zone).calls(head.response, first, history, head.state))
            outgoing.write(connection, head, history, calls, now)
            doing.note(calls=len(calls))
        if any(isinstance(event, LinkProposed) for event in history):
            # the tables of proposals know alerts: no activation waits for that
            from flows.proposals.links import propose_linked

            propose_linked(connection, head, history, self._plans.named, now)

    def _know(self, head: Head) -> None:
        """The latest ones: whoever comes back to a response need not read its whole state again."""
        with self._knowing:
            self._heads.pop(head.response, None)
            self._heads[head.response] = head
            if len(self._heads) > MOST_HEADS:
                del self._heads[next(iter(self._heads))]

    def _opened_before(self, kind: Kind, key: str, asked: str) -> Turn | None:
        with self.database.read() as connection:
            response = journal.by_key(connection, kind, key, asked)
            if response is None:
                return None
            head = journal.load(connection, response)
            return Turn(response, (), head.state, head.version)

    def _identifier(self, connection: Connection, kind: Kind, now: datetime) -> str:
        """Short enough to be said over the phone, so one that is taken is drawn again."""
        while True:
            response = f"{kind.prefix}{now.astimezone(self.zone):%y%m%d}-{new_token(3)}"
            if not journal.is_taken(connection, response):
                return response

    def names_now(self) -> dict[str, str]:
        """What everybody in the directory is called now."""
        return {person.id: person.name for person in self._duty().people.values()}

    def _duty_for(self, kind: Kind) -> Duty:
        duty = self._duty()
        return duty.for_drills() if kind is Kind.DRILL else duty


def attach_flow_run(connection: Connection, response: str, flow_run: str) -> None:
    """Remembers which Prefect flow run drives the response."""
    heads = book_of(response).heads
    connection.execute(update(heads).where(heads.c.id == response).values(flow_run=flow_run))
