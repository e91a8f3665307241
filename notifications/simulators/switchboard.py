"""The calls under way to simulated phones: each rings until somebody picks up, refuses, or nobody did for too long."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.simulators.faults import Faults
from notifications.simulators.ledger import Ledger, Received
from notifications.simulators.voice_settings import VoiceSettings
from store.clock import Clock

HEAR, REFUSE = "hear", "refuse"
"""Picks up and presses nothing; presses the red button."""
CHANNEL = "voice"
_LABELS = (("1", "接听并按 1 · Answer, press 1"), ("2", "接听并按 2 · Answer, press 2"), (HEAR, "接听不按键 · Answer only"))
BUTTONS = (*_LABELS, (REFUSE, "拒接 · Refuse"))
_PICTURES = {
    "": "响铃中 · ringing",
    HEAR: "已接听，未按键 · answered",
    REFUSE: "已拒接 · refused",
    "none": "无人接听 · not answered",
}


@dataclass(slots=True)
class Ringing:
    """`pressed`: what the person does with it, or empty where nobody did anything for too long."""

    received: Received
    pressed: asyncio.Future[str]


@dataclass(slots=True)
class Switchboard:
    """One for all providers, as a phone is one phone."""

    settings: VoiceSettings
    ledger: Ledger
    faults: Faults
    clock: Clock
    _ringing: dict[tuple[str, str], Ringing] = field(default_factory=dict)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)
    """(reference, phone) → what became of the call, in place of the buttons."""

    def had_its_fill(self, number: str) -> str:
        """Which of the limits for one number is reached; empty: none."""
        now = self.clock.now()
        calls = [now - one.at for one in self.ledger.at(number) if one.channel == CHANNEL]
        limits: Mapping[str, tuple[timedelta, int]] = {
            "分钟": (timedelta(minutes=1), self.settings.a_minute),
            "小时": (timedelta(hours=1), self.settings.an_hour),
            "天": (timedelta(days=1), self.settings.a_day),
        }
        for name, (within, most) in limits.items():
            if len([age for age in calls if age < within]) >= most:
                return f"触发{name}级流控Permits:{most}"
        return ""

    def ring(self, number: str, reference: str, text: str, call: str, form: str) -> Ringing:
        now: datetime = self.clock.now()
        received = Received(CHANNEL, number, reference, text, now, call, form, buttons=BUTTONS)
        ringing = Ringing(received, asyncio.get_running_loop().create_future())
        self.ledger.add(received)
        self._ringing[reference, number] = ringing
        return ringing

    def press(self, reference: str, number: str, key: str) -> bool:
        """Somebody does something with the phone; False where that call does not ring."""
        ringing = self._ringing.pop((reference, number), None)
        if ringing is None or ringing.pressed.done():
            return False
        self.shown[reference, number] = _PICTURES.get(key, f"已接听，按了 {key} · answered, pressed {key}")
        ringing.pressed.set_result(key)
        return True

    async def outcome(self, ringing: Ringing) -> str:
        """What was pressed; empty: nobody picked up."""
        try:
            return await asyncio.wait_for(asyncio.shield(ringing.pressed), self.settings.rings.total_seconds())
        except TimeoutError:
            place = (ringing.received.delivery, ringing.received.address)
            self._ringing.pop(place, None)
            self.shown[place] = _PICTURES["none"]
            return ""
