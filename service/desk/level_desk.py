"""What the duty desk asks about levels: propose, approve, refuse one, file the paper of an oral approval; refuse the end."""

from flows.deciding.levels.levels import read_level_name
from flows.model.commands import ChangeLevel, FilePaper, ProposeLevel, RefuseEnd, RefuseLevel
from flows.running.engine import Turn
from service.desk.duty import Desk
from service.wiring import Home


class LevelDesk:
    def __init__(self, home: Home) -> None:
        self._engine, self._desk = home.engine, Desk(home)

    def propose(self, response: str, level: str, by: str, via: str, reason: str) -> Turn:
        command = ProposeLevel(level=read_level_name(level), reason=reason, by=self._desk.actor(by), via=via)
        return self._engine.submit(response, command)

    def approve(
        self,
        response: str,
        level: str,
        by: str,
        via: str,
        reason: str,
        *,
        approved_by: str = "",
        oral: bool = False,
        although: str = "",
    ) -> Turn:
        """Changes the level."""
        command = ChangeLevel(
            level=read_level_name(level),
            reason=reason,
            approved_by=approved_by,
            oral=oral,
            although=although,
            by=self._desk.actor(by),
            via=via,
        )
        return self._engine.submit(response, command)

    def refuse(self, response: str, by: str, via: str, reason: str) -> Turn:
        return self._engine.submit(response, RefuseLevel(reason=reason, by=self._desk.actor(by), via=via))

    def refuse_end(self, response: str, by: str, via: str, reason: str) -> Turn:
        return self._engine.submit(response, RefuseEnd(reason=reason, by=self._desk.actor(by), via=via))

    def file_paper(self, response: str, by: str, via: str, reference: str, paper: str = "") -> Turn:
        return self._engine.submit(response, FilePaper(reference=reference, paper=paper, by=self._desk.actor(by), via=via))
