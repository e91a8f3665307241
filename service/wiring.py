"""The one composition root: from the data folder to the objects of each layer. No work at import."""

import logging
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import service.tables  # noqa: F401  # a table must be known before the database is made
from flows.running import plan_versions
from flows.running.calls import spoken
from flows.running.engine import Engine
from flows.running.following import EngineResponses
from plans.model import Plan
from resources import tables as roster
from resources.model import Duty
from service.auth import LINK_KEEPS, Keys, LinkGrant, LinkSigner
from service.folder import Folder, folder_from_environment
from service.settings import Settings, read_settings
from service.shelf import Shelf
from store.clock import Clock, clock_from_environment
from store.database import Database

log = logging.getLogger("tocsin.wiring")

if TYPE_CHECKING:
    from flows.proposals.door import Alerts
    from flows.readings.door import Readings
    from notifications.outbox import DeliveryView
    from notifications.rendering import TemplateText


class Home:
    """Everything that belongs to one data folder."""

    def __init__(self, folder: Folder | None = None, clock: Clock | None = None) -> None:
        self.folder = folder or folder_from_environment()
        self.clock = clock or clock_from_environment()
        self._duty: tuple[int, Duty] = (-1, Duty({}, ()))
        self._known_faults: frozenset[str] = frozenset()

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.folder.settings)

    @cached_property
    def database(self) -> Database:
        return Database(self.folder.place)

    @cached_property
    def plans(self) -> Shelf:
        return Shelf(self.folder.plans)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.zone)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.folder.path)

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.database, self.plans, self.duty, self.clock, self.zone)

    @cached_property
    def responses(self) -> EngineResponses:
        return EngineResponses(self.engine, self.page_of)

    def page_of(self, response: str) -> str:
        """Where a machine or a desk with the token reads the response."""
        return f"{self.settings.public_url}/api/v1/responses/{response}"

    @cached_property
    def alerts(self) -> "Alerts":
        """The door of alerts. Error: `ProfileError` when alerts.toml is not right."""
        from alerts.profile import read_sources
        from flows.proposals.desk import EngineDesk
        from flows.proposals.door import Alerts

        path = self.folder.alert_sources
        profiles = read_sources(path.read_text("utf-8") if path.exists() else "", str(path))
        return Alerts(self.database, self.active_plans, profiles, self.clock, EngineDesk(self.engine, self.duty))

    @cached_property
    def readings(self) -> "Readings":
        """The door of gauges and weather series."""
        from flows.proposals.desk import EngineDesk
        from flows.readings.door import Readings

        return Readings(self.engine, self.active_plans, EngineDesk(self.engine, self.duty))

    def active_plans(self) -> tuple[Plan, ...]:
        """Every plan that can be activated now."""
        return tuple(self.plans_by_name().values())

    def plans_by_name(self) -> dict[str, Plan]:
        """The same by name; a plan with faults is left out, and said once."""
        plans, faults = self.plans.good()
        now_known = frozenset(map(str, faults))
        for fault in sorted(now_known - self._known_faults):
            log.error("a plan cannot be activated: %s", fault)
        self._known_faults = now_known
        return plans

    def plans_to_run(self) -> dict[str, Plan]:
        """For the worker: those that can be activated, and the stored versions of plans whose file has broken or gone since."""
        with self.database.read() as connection:
            running = plan_versions.running(connection)
        stored = {name: self.engine.plan_version(digest) for name, digest in running.items()}
        return stored | self.plans_by_name()

    @cached_property
    def signer(self) -> LinkSigner:
        return LinkSigner(self.keys.link_key)

    def duty(self) -> Duty:
        """The roster, kept in memory while it does not change."""
        with self.database.read() as connection:
            version = roster.version(connection)
            if version != self._duty[0]:
                self._duty = (version, roster.load(connection))
        return self._duty[1]

    def link_for(self, view: "DeliveryView") -> str:
        """The signed phone link of a delivery."""
        grant = LinkGrant(view.response, view.assignment, view.person, view.at + LINK_KEEPS)
        return f"{self.settings.public_url}/f/{self.signer.sign(grant)}"

    def template(self, plan_digest: str, template: str, language: str) -> "TemplateText":
        """A message template of the plan version that the response runs under; what only tries a channel has no plan."""
        from notifications import trial

        if template == trial.TEMPLATE and not plan_digest:
            return trial.words(language)
        return template_of(self.engine.plan_version(plan_digest), template, language)


def template_of(plan: Plan, template: str, language: str) -> "TemplateText":
    from notifications import say_back
    from notifications.rendering import TemplateText

    if template == say_back.TEMPLATE and template not in plan.messages:
        words = say_back.plain(language)
        return TemplateText(spoken(plan.title, language), words, words)
    message = plan.messages[template]
    title, text, short = (spoken(each, language) for each in (plan.title, message.text, message.short))
    return TemplateText(title, text, short)
