"""The phone page is in one language, and what the record says in Chinese has no English beside its own labels."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from plans.catalog import load
from plans.model import Text
from service import html
from service.record import words as record_words
from service.record.page import render_record
from tests.service.field_bureau import OFFICER, FieldBureau

WORD = re.compile(r"[A-Za-z]+(?:['’.-][A-Za-z]+)*")
CHINESE = re.compile("[\u3400-\u9fff]+")
LEVELS = frozenset({"I", "II", "III", "IV"})
SAID, PLACE = "〇", "城东堤段"
DOOR = "test"
"""Through which the bureau of the tests does its own work."""


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    bureau = FieldBureau(tmp_path / "home")
    bureau.flood(SAID)
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def phone(bureau: FieldBureau) -> TestClient:
    return TestClient(bureau.app(), raise_server_exceptions=False)


def pages(bureau: FieldBureau, phone: TestClient, language: str) -> Iterator[str]:
    """The page of a task, and what it says to each verb, right and wrong."""
    for assignment in ("verify.1", bureau.patrolled()):
        link = f"{bureau.link(assignment)}?lang={language}"
        yield phone.get(link).text
        for sent in (
            {"verb": "start"},
            {"verb": "progress", "text": SAID},
            {"verb": "complete"},
            {"verb": "decline", "reason": ""},
        ):
            yield phone.post(link, data=sent).text
        yield phone.post(link, data={"verb": "complete", "reason": SAID}).text
        yield phone.post(link, data={"verb": "decline", "reason": SAID}).text


def read(page: str) -> str:
    """What a person reads of a page."""
    seen = re.sub(r"<(style|title|textarea)\b.*?</\1>|<a [^>]*>.*?</a>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", seen))


def test_the_phone_page_is_in_one_language(bureau: FieldBureau, phone: TestClient) -> None:
    plan = load("flood")
    people = " ".join(each.name for each in bureau.home.duty().people.values())
    latin = set(WORD.findall(" ".join(re.findall(r'"zh":"([^"]*)"', plan.canonical_json.decode())))) | LEVELS
    codes = {word for each in plan.tasks.values() for word in WORD.findall(each.code)} | {DOOR}

    chinese = [word for page in pages(bureau, phone, "zh") for word in WORD.findall(read(page)) if word not in latin | codes]
    english = [word for page in pages(bureau, phone, "en") for word in CHINESE.findall(read(page)) if word not in people + PLACE]

    assert (sorted(set(chinese)), sorted(set(english))) == ([], [])


def test_the_record_says_nothing_in_english_alone(bureau: FieldBureau) -> None:
    bureau.patrolled()
    bureau.clock.forward(timedelta(hours=3))
    bureau.home.engine.tick(bureau.response)
    bureau.desk.note(bureau.response, OFFICER, "test", SAID)

    page = render_record(bureau.home.engine, bureau.response, bureau.home.zone).split("<h2>原始记录")[0]
    own = re.sub(r'<(span|p|td|dd)\b[^>]*class="[^"]*\b(?:en|mono)\b[^"]*"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)

    assert sorted({word for word in WORD.findall(read(own)) if word not in labels()}) == []


def labels() -> set[str]:
    """English that stands beside its Chinese, and what is in one language anywhere: levels, units, zones."""
    plan = load("flood")
    source = Path(html.__file__).with_name("templates") / "record.html"
    said = [source.read_text(encoding="utf-8")]
    for table in vars(record_words).values():
        texts = table.values() if isinstance(table, dict) else [table]
        said += [each.en for each in texts if isinstance(each, Text)]
    said += re.findall(r'"zh":"([^"]*)"', plan.canonical_json.decode())
    said += [fact.unit for fact in plan.facts.values()]
    said += [rung.name for ladder in plan.ladders.values() for rung in ladder.rungs]
    said += [word for each in plan.tasks.values() for word in (each.code, each.name)]
    return {word for text in said for word in WORD.findall(text)} | LEVELS | {"R", "Asia", "Shanghai", "later", DOOR}
