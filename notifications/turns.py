"""The dispatcher's dealings with the database, each one short transaction: see what is due, take it, write what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications import claims, receipts
from notifications.claims import Agenda, Claim, Lane
from notifications.limits import AddressLimits
from notifications.message import Outcome
from notifications.outbox import DeliveryView
from notifications.sending import Asked, Channels, Sent
from notifications.settling import Settlement, after_look_up, after_send, apply, standing
from store.clock import Clock, new_token
from store.database import Database

_TO_WRITE = timedelta(seconds=20)  # a claim outlives the longest send by enough for its outcome to be written


@dataclass(frozen=True, slots=True)
class Work:
    """What was taken: to send, to ask about, and what came too late."""

    sends: tuple[DeliveryView, ...]
    doubts: tuple[DeliveryView, ...]
    expired: tuple[DeliveryView, ...]


class Turns:
    def __init__(self, database: Database, clock: Clock, channels: Channels, limits: AddressLimits, patience: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._claim_lasts = patience + _TO_WRITE
        self._token = new_token()
        self._last_look: datetime | None = None
        self._safe = {
            kind: frozenset(name for name, channel in own.items() if channel.resend_is_safe) for kind, own in channels.items()
        }

    def start(self, *, alone: bool) -> None:
        """Learn what was sent lately; `alone`: take over at once what a dead process was sending."""
        now = self._clock.now()
        with self._database.read() as connection:
            self._limits.remember(claims.sent_since(connection, now - self._limits.longest, self._limits.channels))
        if alone:
            with self._database.write() as connection:
                claims.give_up_claims_of_others(connection, self._token, now)

    def look(self) -> Agenda:
        now = self._clock.now()
        if self._last_look is None or now < self._last_look:
            self._bring_back(now)
        self._last_look = now
        with self._database.read() as connection:
            return claims.agenda(connection, self._token, now)

    def _bring_back(self, now: datetime) -> None:
        """The clock may have been set back while nobody ran, or just now."""
        with self._database.read() as connection:
            is_ahead = claims.is_ahead(connection, now)
        if is_ahead:
            with self._database.write() as connection:
                claims.bring_back(connection, now)

    def take(self, agenda: Agenda, rooms: Mapping[Lane, int], room_for_doubts: int) -> Work:
        now = self._clock.now()
        claim = Claim(self._token, now, self._clock.after(self._claim_lasts))
        with self._database.write() as connection:
            if agenda.has_abandoned:
                claims.take_over(connection, self._token, now, self._safe)
            expired = claims.expire(connection, now) if agenda.has_expired else ()
            sends = [
                view for lane, room in rooms.items() for view in claims.claim_queued(connection, claim, lane, room, self._limits)
            ]
            doubts = claims.claim_doubts(connection, claim, room_for_doubts) if agenda.has_doubts else ()
        return Work(tuple(sends), doubts, expired)

    def settle(self, finished: Sequence[Sent | Asked]) -> Sequence[tuple[DeliveryView, Outcome]]:
        """Write what came of many deliveries in one transaction; each as it stands now, with its outcome."""
        settlements = [self._settlement(one) for one in finished]
        known = [settlement.outcome.provider_id for settlement in settlements if settlement.outcome.provider_id]
        with self._database.write() as connection:
            apply(connection, settlements)
            if known:
                receipts.match(connection, known, self._clock.now())
            views = standing(connection, settlements)
        return [(views[settlement.delivery], settlement.outcome) for settlement in settlements]

    def _settlement(self, finished: Sent | Asked) -> Settlement:
        now = self._clock.now()
        match finished:
            case Sent(view, outcome):
                return after_send(view, outcome, now, resend_is_safe=view.channel in self._safe.get(view.kind, ()))
            case Asked(view, answer):
                return after_look_up(view, answer, now)
