"""Province, city, county: a response hears what has become of those that were opened from its links.

In a turn of its own, never in that of the response below, which waits for nobody. What a crash leaves untold the next look finds.
The state of the response above says up to which entry it has heard, so that two hosts tell nothing twice.
"""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from flows.deciding.linked import TELLING, news_of_linked
from flows.errors import FlowError
from flows.model.commands import NoticeLinked
from flows.model.events import Event
from flows.model.state import Status
from flows.proposals.kinship import Parent, opened_from_links
from flows.running import journal
from flows.running.engine import Engine, Turn
from flows.running.tables import BOOKS
from store.errors import StoreError
from store.kinds import Kind
from store.wakeups import Wakeups
from store.watching import beat

PAUSE, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=5)

log = logging.getLogger(__name__)


class Cascade:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: dict[str, int] = {}
        """Responses below, each with the version up to which there is nothing left to tell."""

    async def run(self, wakeups: Wakeups) -> None:
        """Until cancelled. Nobody above needs to hear within the second, so that a storm of commits costs one look in each."""
        while True:
            changed = wakeups.next_change()
            await asyncio.to_thread(self._look)
            await asyncio.sleep(PAUSE.total_seconds())
            await wakeups.wait(changed, LONGEST_WAIT)

    def pass_on(self) -> list[Turn]:
        """Tells every response above what it has not heard; the turns that were taken. Error: `StoreError`."""
        return [turn for response, parent in self._grown() for turn in self._told_of(response, parent)]

    def _look(self) -> None:
        try:
            self.pass_on()
            beat()
        except StoreError as error:
            log.error("responses could not be told of those they have opened: %s", error)

    def _grown(self) -> list[tuple[str, Parent]]:
        heads = BOOKS[Kind.REAL].heads
        with self._engine.database.read() as connection:
            below = opened_from_links(connection)
            wanted = select(heads.c.id, heads.c.version).where(heads.c.id.in_(list(below)))
            rows = connection.execute(wanted).all() if below else []
        return [(row.id, below[row.id]) for row in rows if self._told.get(row.id) != row.version]

    def _told_of(self, response: str, parent: Parent) -> list[Turn]:
        """A fault with one response never stops the others."""
        try:
            return list(self._tell(response, parent))
        except FlowError as error:
            log.error("response %s could not be told of %s: %s", parent.response, response, error)
            return []

    def _tell(self, response: str, parent: Parent) -> Iterator[Turn]:
        above, below = self._engine.head(parent.response), self._engine.head(response)
        heard = above.state.situation.heard.get(response, 0)
        # nobody is left to hear it in a closed one
        is_over = above.state.status is Status.CLOSED
        news = () if is_over else self._news(response, max(heard, self._told.get(response, 0)))
        for each in news_of_linked(response, parent.link, self._engine.plan_of(below), below.state, news):
            turn = self._engine.submit(parent.response, NoticeLinked(heard=each, after=heard))
            if turn.state.situation.heard.get(response) != each.entry:
                # another host is telling it: the next look sees how far that has come
                return
            heard = each.entry
            yield turn
        self._told[response] = below.version

    def _news(self, response: str, after: int) -> list[tuple[int, Event]]:
        with self._engine.database.read() as connection:
            return [(entry.number, entry.event) for entry in journal.entries(connection, response, after, TELLING)]
