"""A city whose flood plan proposes the flood response of a county below it; both are answered by one roster."""

import shutil
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from flows.running.engine import Turn
from plans.extending import library
from service.api.bodies import AcceptBody
from service.desk.duty import Activation
from service.desk.proposals import accept, listed
from tests.service.field_bureau import APPROVER, OFFICER, FieldBureau

CITY = """
plan: flood_baoji
title: {zh: 宝鸡市防汛应急预案, en: Flood response plan of Baoji}
version: "2026.1"
owner: 宝鸡市防汛抗旱指挥部
extends: [flood]
links:
  meixian:
    plan: flood_meixian
    when: flow >= 3000
    level: IV
    reason: {zh: 干流洪峰将到眉县, en: The crest is on its way to Mei county}
    facts: {flow: flow}
"""


class CascadeBureau(FieldBureau):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        plans = self.home.folder.plans
        plans.mkdir(parents=True, exist_ok=True)
        (plans / "flood_baoji.yaml").write_text(CITY, "utf-8")
        shutil.copy(library / "counties" / "flood_meixian.yaml", plans)
        self.county = ""

    def city(self, incident: str = "渭河洪水") -> Turn:
        asked = Activation(
            plan="flood_baoji", level="III", facts={"flow": 3300}, incident=incident, by=OFFICER, approved_by=APPROVER
        )
        return self._opened(self.desk.activate(asked, "test"))

    def accept_county(self) -> Turn:
        """Somebody accepts what the city's link has proposed, a minute later."""
        turn = self._accept()
        self.county = turn.response
        return turn

    def accept_slide(self) -> Turn:
        """The county's own link proposes the landslide plan, and somebody accepts that."""
        self.desk.record_facts(self.county, {"soil_saturated": "true", "rain": "120"}, OFFICER, "test")
        return self._accept()

    def _accept(self) -> Turn:
        self.clock.forward(timedelta(minutes=1))
        (proposal,) = listed(self.home, decided=False)
        return accept(self.home, proposal.id, AcceptBody(by=OFFICER, approved_by=APPROVER), "test")


def city_and_county(folder: Path) -> CascadeBureau:
    bureau = CascadeBureau(folder)
    bureau.city()
    bureau.accept_county()
    return bureau


def app_of(bureau: CascadeBureau) -> tuple[FastAPI, dict[str, str]]:
    return bureau.app(), {"Authorization": f"Bearer {bureau.home.keys.api_token}"}
