"""The one composition root: from the data folder to the objects of each layer. No work at import."""

import os
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import notifications.tables  # noqa: F401  # a table must be known before the database is made
from flows.calls import spoken
from flows.engine import Engine
from flows.following import EngineResponses
from resources import tables as roster
from resources.model import Duty
from service.auth import LINK_KEEPS, Keys, LinkGrant, LinkSigner
from service.settings import Folder, Settings, folder_from_environment, read_settings
from service.shelf import Shelf
from store.clock import Clock, clock_from_environment
from store.database import Database

if TYPE_CHECKING:
    from notifications.outbox import DeliveryView
    from notifications.rendering import TemplateText


class Home:
    """Everything that belongs to one data folder."""

    def __init__(self, folder: Folder | None = None, clock: Clock | None = None) -> None:
        self.folder = folder or folder_from_environment()
        self.clock = clock or clock_from_environment()
        self._duty: tuple[int, Duty] = (-1, Duty({}, ()))

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.folder.settings)

    @cached_property
    def database(self) -> Database:
        return Database(self.folder.database)

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
        return EngineResponses(self.engine)

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
        """A message template of the plan version that the response runs under."""
        from notifications.rendering import TemplateText

        plan = self.engine.plan_version(plan_digest)
        message = plan.messages[template]
        title, text, short = (spoken(each, language) for each in (plan.title, message.text, message.short))
        return TemplateText(title, text, short)


def uses_own_prefect() -> bool:
    """Whether no Prefect server of the bureau is named."""
    return not os.environ.get("PREFECT_API_URL")
