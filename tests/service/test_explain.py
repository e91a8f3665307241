"""The plan as a document: everything of the plan is in it, in both languages, as HTML and as DOCX."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx as python_docx
import pytest
from docx.oxml.ns import qn

from plans.catalog import load
from plans.graph_words import Language
from plans.model import Drill, Plan, Text
from service.explain.blocks import Card, Chain, Document, Heading, Items, Paragraph, Table
from service.explain.document import document
from service.explain.docx import docx
from service.explain.files import html

LIBRARY = [path.stem for path in sorted((Path(__file__).parents[2] / "plans" / "library").glob("*.yaml"))]
CHINESE = re.compile("[一-鿿]")
BOTH: tuple[Language, Language] = ("zh", "en")


def texts(found: Document) -> list[str]:
    told: list[str] = [found.title]
    queue = list(found.blocks)
    while queue:
        block = queue.pop(0)
        match block:
            case Heading(text) | Paragraph(text):
                told.append(text)
            case Items(lines):
                told += lines
            case Table(columns, rows):
                told += [*columns, *(cell for row in rows for cell in row)]
            case Chain(title, steps, note):
                told += [title, note, *(part for step in steps for part in (step.at, step.who, step.how))]
            case Card(title, subtitle, blocks):
                told += [title, subtitle]
                queue += blocks
    return told


def cells(plan: Plan, language: Language) -> str:
    return "\n".join(texts(document(plan, language)))


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("language", BOTH)
def test_every_task_role_report_and_ladder_is_in_it(name: str, language: Language) -> None:
    plan = load(name, ())
    told = cells(plan, language)
    cards = [block.title for block in document(plan, language).blocks if isinstance(block, Card)]

    for task in plan.tasks.values():
        assert getattr(task.title, language) in told
        assert all(getattr(each.title, language) in told for each in task.evidence if not task.report and not task.signal)
    assert cards == [getattr(role.title, language) for role in plan.roles.values()]
    assert all(getattr(each.title, language) in told for each in (*plan.ladders.values(), *plan.facts.values()))


@pytest.mark.parametrize("name", LIBRARY)
def test_the_english_document_has_chinese_only_where_the_plan_has_no_english(name: str) -> None:
    plan = load(name, ())
    found = document(plan, "en")
    names = sorted((plan.owner, *(source.title for source in plan.sources.values())), key=len, reverse=True)

    told = "\n".join(texts(found))
    for each in names:
        told = told.replace(each, "")

    assert not [line for line in told.splitlines() if CHINESE.search(line)]


@pytest.mark.parametrize("name", LIBRARY)
def test_the_chinese_document_leaves_no_condition_in_code(name: str) -> None:
    told = cells(load(name, ()), "zh")

    assert not re.search(r"&&|\|\||rank\(|known\(|==", told)


def test_a_deadline_names_its_law_or_says_that_it_is_ours() -> None:
    plan = load("hazmat_spill", ())
    rows = {
        row[0]: row[1]
        for block in document(plan, "zh").blocks
        if isinstance(block, Table) and block.columns[0] == "编号"
        for row in block.rows
    }

    law = "依据：生产安全事故报告和调查处理条例（国务院令第493号） 第13条"
    assert rows["H38"].endswith(f"{law}；条款未规定的时限为本预案默认")
    assert rows["H03"].endswith("时限为本预案默认")
    assert all("依据：" in row or "时限为本预案默认" in row for row in rows.values())


def test_chapters_come_in_the_customary_order() -> None:
    chapters = [
        block.text for block in document(load("hazmat_spill", ()), "zh").blocks if isinstance(block, Heading) and block.depth == 1
    ]

    assert [each.split(" ", 1)[1] for each in chapters] == [
        "总则",
        "事件分级",
        "组织指挥体系与职责",
        "监测预警",
        "应急响应",
        "信息报送",
        "信号",
        "响应升级与降级",
        "响应终止",
        "后期处置",
        "附件",
    ]


def test_grades_are_a_table_of_half_open_intervals() -> None:
    tables = [block for block in document(load("hazmat_spill", ()), "zh").blocks if isinstance(block, Table)]

    grades = next(table for table in tables if table.columns[0] == "等级")

    assert grades.rows[1] == ("较大", "≥ 3，< 10", "≥ 10，< 50", "≥ 10，< 50")


def test_what_a_plan_does_not_have_is_said() -> None:
    plan = load("flood", ())
    bare = replace(
        plan,
        sources={},
        triggers=(),
        links={},
        findings={},
        drill=None,
        facts={},
        tasks={name: replace(task, each="", when="") for name, task in plan.tasks.items() if name in ("verify", "judge")},
    )

    told = cells(bare, "en")

    for sentence in (
        "This plan lists no laws or documents.",
        "No alert or reading proposes this plan; people report.",
        "This plan has no tasks for each finding.",
        "This plan proposes no other plan.",
        "This plan asks for no reports.",
        "This plan has no signals.",
        "This plan has no tasks for afterwards.",
        "This plan has no facts.",
        "This plan sets no cycle of drills.",
        "No task of this plan is yours directly.",
    ):
        assert sentence in told


def test_a_card_says_what_is_first_by_when_who_follows_and_whom_it_goes_up_to() -> None:
    cards = {block.title: block for block in document(load("hazmat_spill", ()), "zh").blocks if isinstance(block, Card)}

    told = "\n".join(texts(Document("zh", "", "", "", (cards["消防救援支队"],))))

    assert "收到叫应后1分钟内应答，然后：H02 力量出动（消防、公安、公路）（≤ 5分钟）" in told
    assert "公路管理段：H22 筑堤、封堵涵洞边沟" in told
    assert "现场作业：5分钟 副岗 → 8分钟 现场总指挥 → 12分钟 带班领导" in told
    assert "可发出信号：H34" in told


def hostile() -> Plan:
    plan = load("flood", ())
    bad = Text('<script>alert(1)</script>&"\x07', "<script>alert(1)</script>")
    task = replace(plan.tasks["verify"], title=bad)
    return replace(plan, title=bad, owner="<img src=x>", tasks={**plan.tasks, "verify": task})


def test_a_hostile_title_is_only_text() -> None:
    page = html(document(hostile(), "zh")).decode()

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = html(document(load("flood", ()), "zh")).decode()

    assert "http" not in page
    assert "@import" not in page


def test_a_hostile_title_does_not_break_the_word_document() -> None:
    word = python_docx.Document(BytesIO(docx(document(hostile(), "zh"))))

    assert word.paragraphs[0].text.startswith("<script>")


@pytest.mark.parametrize("language", BOTH)
def test_the_word_document_has_real_headings_tables_header_and_a_page_for_each_card(language: Language) -> None:
    plan = load("hazmat_spill", ())
    found = document(plan, language)

    word = python_docx.Document(BytesIO(docx(found)))

    headings = [each.text for each in word.paragraphs if each.style and each.style.name == "Heading 1"]
    assert headings == [block.text for block in found.blocks if isinstance(block, Heading) and block.depth == 1]
    assert plan.digest[:12] in word.sections[0].header.paragraphs[0].text
    assert plan.version in word.sections[0].header.paragraphs[0].text
    assert sum(bool(each.paragraph_format.page_break_before) for each in word.paragraphs) == len(plan.roles)
    told = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert all(getattr(task.title, language) in told for task in plan.tasks.values())


def test_the_word_document_names_chinese_fonts() -> None:
    word = python_docx.Document(BytesIO(docx(document(load("flood", ()), "zh"))))

    fonts = {name: word.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Heading 1", "Heading 2")}

    assert fonts == {"Normal": "仿宋", "Heading 1": "黑体", "Heading 2": "黑体"}


@pytest.mark.parametrize(
    ("every", "chinese", "english"),
    [("2 y", "每 2 年：桌面推演", "every 2 years: tabletop"), ("1m", "每 1 个月：桌面推演", "every 1 month: tabletop")],
)
def test_how_often_a_plan_is_drilled_is_said(every: str, chinese: str, english: str) -> None:
    plan = replace(load("flood", ()), drill=Drill(every, ("tabletop",)))

    assert chinese in cells(plan, "zh")
    assert english in cells(plan, "en")


def test_a_linked_plan_is_called_by_its_title_and_money_by_its_unit_in_chinese() -> None:
    plan = load("hazmat_spill", ())
    titles = {link.plan: load(link.plan, ()).title for link in plan.links.values()}

    told = "\n".join(texts(document(plan, "zh", titles)))

    assert titles["water_pollution"].zh in told
    assert "百万元" in told
    assert "M yuan" not in told


def test_a_role_without_a_task_of_its_own_is_not_said_to_do_nothing() -> None:
    plan = load("flood", ())
    organisation = next(block for block in document(plan, "zh").blocks if isinstance(block, Table) and len(block.columns) == 3)

    duties = {row[0]: row[1] for row in organisation.rows}

    assert duties["总指挥"] == "不承担具体任务，职权见右"
    assert "无" not in duties.values()
