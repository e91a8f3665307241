"""A task list in a spreadsheet becomes a draft that checks, and every cell that could not be taken is told."""

import csv
import io
import zipfile
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl import Workbook

from plans.compiler import check_file, compile_file
from plans.diagnostic import Severity
from plans.model import Level, Plan
from plans.quantities import in_words
from plans.table_import import imported
from plans.table_import_files import row_limit
from plans.table_import_result import Imported, UnreadableImportError
from plans.table_import_words import Column, by_level, column, length, levels

_shared = Path(__file__).parents[3] / "shared"
_header: list[object] = [
    "id",
    "任务 (中文)",
    "Task (English)",
    "Role",
    "Levels",
    "Depends on",
    "Ack ≤ min",
    "Done ≤ min",
    "Evidence to file",
    "If not acked",
    "Repeat",
]
_rounds = "IV 6 h, III 3 h, II 2 h, I 1 h; 2 h at latest while rising"
_outline: list[list[object]] = [
    ["F01", "接收并核实水情险情信息", "Receive and verify information", "DUTY", "IV–I", "–", 3, 10, "call record, photo"],
    ["F08", "加密水雨情监测预报", "Denser observation", "水文站", "IV–I", "F01", 10, 30, "bulletin"],
    ["F14", "设立现场指挥部", "Set up the on-site headquarters", "现场总指挥", "III–I", "F01, F08", 10, 60, "order"],
    ["F25", "安置点点名", "Shelter roll-call", "TOWN", "Ⅳ级", "F99", "十分钟", "1小时30分", "–"],
]
_ladders_and_rounds = [
    ["LA→DUTYLEAD", "no"],
    ["operations", _rounds],
    ["–", "on level change"],
    ["", "6 h until return is allowed"],
]
_rows = [[*row, *rest] for row, rest in zip(_outline, _ladders_and_rounds, strict=True)]


def _book(rows: list[list[object]], *, merge: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _csv(rows: list[list[object]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def _taken(content: bytes) -> Imported:
    return imported("list.xlsx", content, "taken")


def _plan(found: Imported, folder: Path) -> Plan:
    file = folder / f"{found.name}.yaml"
    file.write_text(found.text, encoding="utf-8")
    return compile_file(file)


def test_the_columns_of_the_flood_outline_are_taken(tmp_path: Path) -> None:
    found = _taken(_book([_header, *_rows]))
    plan = _plan(found, tmp_path)

    ours = [task for task in plan.tasks.values() if task.code.startswith("F")]
    assert [task.name for task in ours] == [
        "receive_and_verify_information",
        "denser_observation",
        "set_up_the_on_site_headquarters",
        "shelter_roll_call",
    ]
    first, second, third, last = ours
    assert (first.title.zh, first.title.en) == ("接收并核实水情险情信息", "Receive and verify information")
    assert (in_words(first.ack), in_words(first.done), len(first.levels)) == ("3 min", "10 min", 4)
    assert [(each.name, each.type) for each in first.evidence] == [("call_record", "text"), ("photo", "image")]
    assert {level.name: in_words(each) for level, each in second.every.items()} == {
        "IV": "6 h",
        "III": "3 h",
        "II": "2 h",
        "I": "1 h",
    }
    assert list(third.after) == [first.name, second.name]
    assert (third.role, third.levels, third.again) == (
        "on_scene_commander",
        frozenset({Level.III, Level.II, Level.I}),
        ("level",),
    )
    assert (in_words(last.done), in_words(last.every[Level.IV]), last.levels) == ("90 min", "6 h", frozenset({Level.IV}))
    assert [(each.where, each.what) for each in found.not_taken] == [
        ("row 2, If not acked", "LA→DUTYLEAD"),
        ("row 3, Repeat", "2 h at latest while rising"),
        ("row 5, Repeat", "until return is allowed"),
        ("row 5, Ack ≤ min", "十分钟"),
        ("row 5, Depends on", "F99"),
    ]


def test_the_top_of_the_draft_says_what_is_missing_and_what_was_left(tmp_path: Path) -> None:
    found = _taken(_book([["任务", "责任部门"], ["巡查", "水利局"], ["", "谁"]]))
    _plan(found, tmp_path)

    top = [line for line in found.text.splitlines() if line.startswith("#")]
    assert any("done: 1 h stands for 1 of 1 tasks" in line for line in top)
    assert any("shifts in the roster for: role_1（水利局）" in line for line in top)
    assert "#   row 3: '谁': 没有任务名称 / the row has no name of a task" in top
    assert len(found.missing) == 7


def test_the_draft_keeps_the_base_and_a_person_grades_until_conditions_are_written(tmp_path: Path) -> None:
    plan = _plan(_taken(_book([["任务", "责任部门"], ["巡查", "county_hq"]])), tmp_path)

    assert {"verify", "approve", "phone_report", "withdraw"} <= plan.tasks.keys()
    assert plan.tasks["task_1"].role == "county_hq"
    assert plan.levels[Level.II].when == 'rank(grade) >= rank("ii")'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_of_here(encoding: str, delimiter: str, tmp_path: Path) -> None:
    rows: list[list[object]] = [["编号", "任务", "责任部门", "完成时限（小时）"], ["1", "巡堤查险", "防汛办", "2"]]

    plan = _plan(_taken(_csv(rows, encoding, delimiter)), tmp_path)

    task = next(task for task in plan.tasks.values() if task.code == "1")
    assert (task.title.zh, plan.roles[task.role].title.zh, in_words(task.done)) == ("巡堤查险", "防汛办", "2 h")


def test_a_merged_cell_counts_for_all_its_rows_and_a_heading_is_no_task(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["防汛任务清单", "", ""],
        ["任务", "责任部门", "完成"],
        ["巡查", "水利局", time(0, 45)],
        ["抢护", None, 30],
        ["一、后期", None, None],
    ]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("A5:C5")
    content = io.BytesIO()
    book.save(content)

    found = _taken(content.getvalue())
    plan = _plan(found, tmp_path)

    ours = [plan.tasks["task_1"], plan.tasks["task_2"]]
    assert [plan.roles[task.role].title.zh for task in ours] == ["水利局", "水利局"]
    assert [in_words(task.done) for task in ours] == ["45 min", "30 min"]
    assert [(each.where, each.what) for each in found.not_taken] == [("row 1", "防汛任务清单"), ("row 5", "一、后期")]


def test_formulas_are_told_and_not_evaluated() -> None:
    found = _taken(_book([["任务", "完成", "备注"], ["巡查", "=30*2", "x"]]))

    assert [(each.where, each.what) for each in found.not_taken] == [("row 1", "备注"), ("row 2, 完成", "=…")]


def test_tasks_that_wait_for_each_other_are_told_and_no_longer_do(tmp_path: Path) -> None:
    rows: list[list[object]] = [["编号", "任务", "前置"], ["1", "甲", "3"], ["2", "乙", "1"], ["3", "丙", "2"], ["4", "丁", "丙"]]

    found = _taken(_book(rows))
    plan = _plan(found, tmp_path)

    assert [(each.where, each.why.en) for each in found.not_taken] == [("row 2, 前置", "the tasks wait for each other")]
    assert {task.code: task.after for task in plan.tasks.values() if task.code}.get("4") == ("task_3",)


def test_a_list_of_5000_rows_is_taken_and_one_more_is_refused() -> None:
    rows: list[list[object]] = [["任务", "责任部门"]]
    rows += [[f"任务{number}", "水利局"] for number in range(row_limit - 1)]

    assert _taken(_csv(rows)).tasks == row_limit - 1
    with pytest.raises(UnreadableImportError, match="goes beyond row 5,000"):
        _taken(_csv([*rows, ["又一", "水利局"]]))


def _zip(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _far_cell() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "任务", "far away"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (_zip({"xl/worksheets/sheet1.xml": b" " * 31_000_000}), "unpacks to 31,000,000 bytes"),
        (_zip({f"{number}": b"" for number in range(1_001)}), "in 1,001 parts"),
        (_zip({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "declares a document type"),
        (_zip({"word/document.xml": b"<a/>"}), "damaged workbook, or no workbook"),
        (b"PK\x03\x04 and nothing more", "damaged archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"old \.xls format"),
        (_far_cell(), "goes beyond row 5,000"),
        (b"\0\1\2", "neither a workbook nor a text"),
        (b"", "no row that names its columns"),
        ("名称,数量\n沙袋,100\n".encode(), "no row that names its columns"),
        ("任务,责任部门\n".encode(), "no task under its header"),
        (b"x" * 10_000_001, "10,000,001 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_task_list_is_refused_in_words(content: bytes, what: str) -> None:
    with pytest.raises(UnreadableImportError, match=what):
        _taken(content)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30", "30 min"),
        ("2 h", "2 h"),
        ("30分钟", "30 min"),
        ("1小时30分", "90 min"),
        ("半小时", "30 min"),
        ("≤ 20 min", "20 min"),
        ("每2小时", "2 h"),
        ("24小时内", "1 d"),
        ("每天", "1 d"),
        ("立即", None),
        ("2 h or so", None),
        ("-5", None),
    ],
)
def test_lengths_as_people_write_them(text: str, found: str | None) -> None:
    read = length(text)

    assert (in_words(read) if read else None) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IV–I", "I II III IV"),
        ("Ⅲ级以上", "I II III"),
        ("III级及以上", "I II III"),
        ("II、I", "I II"),
        ("四级至一级", "I II III IV"),
        ("全部", "I II III IV"),
        ("III and above", "I II III"),
        ("Ⅳ级", "IV"),
        ("高", None),
        ("V", None),
    ],
)
def test_levels_as_people_write_them(text: str, found: str | None) -> None:
    read = levels(text)

    assert (" ".join(level.name for level in sorted(read)) if read else None) == found


def test_repeats_by_level_and_names_of_columns() -> None:
    read = by_level("Ⅳ级6小时，Ⅲ级3小时")

    assert {level.name: in_words(each) for level, each in (read or {}).items()} == {"IV": "6 h", "III": "3 h"}
    assert [column(each) for each in ("任务 (中文)", "Task (English)", "Ack ≤ min", "完成时限（分钟）", "备注")] == [
        Column.TITLE,
        Column.TITLE_EN,
        Column.ACK,
        Column.DONE,
        None,
    ]


@settings(deadline=None, max_examples=25)
@given(
    rows=some.lists(
        some.lists(some.text(max_size=12) | some.sampled_from(["F01", "2 h", "IV-I", "–", "=1"]), max_size=6), max_size=5
    )
)
def test_any_cells_give_a_draft_or_a_refusal(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["编号", "任务", "责任部门", "级别", "前置", "重复"], *rows])

    try:
        found = imported("x.csv", text.getvalue().encode(errors="replace"), "taken")
    except UnreadableImportError:
        return

    file = tmp_path_factory.mktemp("any") / "taken.yaml"
    file.write_text(found.text, encoding="utf-8")
    assert [each for each in check_file(file) if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize("number", range(4))
def test_the_task_lists_of_the_outline_are_taken_whole(number: int, tmp_path: Path) -> None:
    outline = _shared / "plans-outline.md"
    if not outline.is_file():
        pytest.skip("the outline of the shipped plans is not beside this checkout")
    tables = [block for block in outline.read_text(encoding="utf-8").split("\n\n") if "| id | 任务" in block]
    lines = [line for line in tables[number].splitlines() if line.startswith("|") and set(line) - set("|- ")]
    rows: list[list[object]] = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]

    found = _taken(_book(rows))

    assert found.tasks == len(rows) - 1
    assert {each.where.partition(", ")[2] for each in found.not_taken} <= {"If not acked", "Repeat", "Task (English)"}
    _plan(found, tmp_path)


def test_a_real_workbook_is_taken(tmp_path: Path) -> None:
    file = _shared / "realdata/drills/driver-eu/Trial3_questions_CP_OST_20190911_2.xlsx"
    if not file.is_file():
        pytest.skip("the workbook of the DRIVER+ trial is not beside this checkout")

    found = imported(file.name, file.read_bytes(), "trial")
    plan = _plan(found, tmp_path)

    assert found.tasks == 406
    assert {"CrowdTasker_Observer", "IRONORE_Roleplayer"} <= {role.title.zh for role in plan.roles.values()}
    assert {each.where for each in found.not_taken} >= {"row 1", "sheet List_values"}


@pytest.mark.parametrize("number", range(1, 6))
def test_a_real_workbook_without_names_of_columns_is_refused(number: int) -> None:
    file = _shared / f"realdata/drills/openaev/test_file_{number}.xlsx"
    if not file.is_file():
        pytest.skip("the workbooks of OpenAEV are not beside this checkout")

    with pytest.raises(UnreadableImportError, match="names its columns"):
        imported(file.name, file.read_bytes(), "drill")
