"""What the duty desk asks about the public: a list of phones is told, and how far that has come."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.errors import FactValueError
from flows.model.commands import TellPublic
from flows.running.journal import Head
from notifications import outbox
from notifications.message import Call, Priority, Recipient
from notifications.states import State
from plans.basics import Text
from resources.errors import RosterFaultsError
from resources.people_csv import canonical_phone
from resources.public_csv import Resident, read_residents
from service.desk.duty import Desk
from service.wiring import Home

KEEPS = timedelta(hours=6)
"""A notice that the public could not be given by then is stale."""
Told = Callable[[int], None]
_AT_A_TIME = 500
"""Rows written in one transaction: nobody who has a task waits for more than that."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`audience`: what the list is called."""

    text: str
    audience: str
    residents: Sequence[Resident]

    @property
    def step(self) -> str:
        """The same words to the same list are the same notice: said again, it goes on where it was left."""
        words = [self.text, *(resident.phone for resident in self.residents)]
        return f"public/{hashlib.sha256(chr(31).join(words).encode()).hexdigest()[:16]}"


class PublicDesk:
    def __init__(self, home: Home) -> None:
        self._engine, self._desk, self._clock = home.engine, Desk(home), home.clock

    def tell(
        self,
        response: str,
        notice: Notice,
        by: str,
        via: str,
        approved_by: str = "",
        told: Callable[[int], None] = lambda _: None,
    ) -> Mapping[State, int]:
        """Queues an SMS for each phone, behind everything else; `told` hears how many more are queued.

        Interrupted, it is asked again and goes on. Errors: `FlowError`, `StoreError`.
        """
        head, now = self._engine.head(response), self._clock.now()
        title = self._engine.plan_of(head).title
        calls = [_call(notice, resident, head, title, now) for resident in notice.residents]
        parts = [calls[first : first + _AT_A_TIME] for first in range(0, len(calls), _AT_A_TIME)]
        if notice.step not in self.told(response):
            command = TellPublic(
                text=notice.text,
                audience=notice.audience,
                people=len(calls),
                step=notice.step,
                approved_by=approved_by,
                by=self._desk.actor(by),
                via=via,
            )
            begun = parts.pop(0)
            self._engine.submit(response, command, lambda connection, _: outbox.add(connection, begun, now))
            told(len(begun))
        for part in parts:
            with self._engine.database.write() as connection:
                outbox.add(connection, part, now)
            told(len(part))
        return self.told(response)[notice.step]

    def told(self, response: str) -> Mapping[str, Mapping[State, int]]:
        """By the step of each notice: how many messages are in which state. Error: `UnknownNameError`."""
        self._engine.head(response)
        with self._engine.database.read() as connection:
            return outbox.to_the_public(connection, response)


def read_notice(text: str, audience: str, file: str, content: bytes) -> Notice:
    """From a list as CSV. Errors: `RosterFaultsError` with everything that is wrong in it; those of `notice_to`."""
    sheet, residents = read_residents(file, content)
    if any(not fault.warning for fault in sheet.faults):
        raise RosterFaultsError(sheet.faults)
    return notice_to(text, audience, residents.values())


def notice_to(text: str, audience: str, residents: Iterable[Resident]) -> Notice:
    """Each phone once. Error: `FactValueError` for a notice without words, or a phone that is none."""
    if not text.strip():
        raise FactValueError("text", text, "what the public is to know")
    found: dict[str, Resident] = {}
    for resident in residents:
        phone = canonical_phone(resident.phone)
        if phone is None:
            raise FactValueError("phone", resident.phone, "11 digits, or + and the country's code")
        found.setdefault(phone, replace(resident, phone=phone))
    return Notice(text.strip(), audience, tuple(found.values()))


def _call(notice: Notice, resident: Resident, head: Head, title: Text, now: datetime) -> Call:
    person = hashlib.sha256(f"{head.response} {resident.phone}".encode()).hexdigest()[:12]
    return Call(
        response=head.response,
        plan_digest=head.state.digest,
        assignment="public",
        step=notice.step,
        epoch=0,
        recipient=Recipient(f"public-{person}", resident.name, resident.language, {"sms": resident.phone}),
        channels=("sms",),
        template="notice",
        parameters={
            "plan": title.en if resident.language == "en" else title.zh,
            "level": head.state.level.name,
            "reason": notice.text,
        },
        priority=Priority.MASS,
        at=now,
        expires=now + KEEPS,
        answerable=False,
    )
