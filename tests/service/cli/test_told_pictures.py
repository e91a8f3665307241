"""`tocsin response show` and `list` with --lang: everything that has a title or a name is called by it, in one language."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from service.cli import response
from tests.service.field_bureau import OFFICER, FieldBureau
from tests.service.slope_bureau import SlopeBureau

_chinese = re.compile(r"[\u4e00-\u9fff]")


class Terminal:
    """A wide one, at the bureau's data folder."""

    def __init__(self, bureau: FieldBureau) -> None:
        self._response = bureau.response
        self._runner = CliRunner(env={"TOCSIN_HOME": str(bureau.home.folder.path), "COLUMNS": "300"})

    def show(self, *words: str) -> str:
        return self.ran(response.app, "show", self._response, *words)

    def list(self, *words: str) -> str:
        return self.ran(response.app, "list", *words)

    def ran(self, app: Typer, *words: str) -> str:
        return self._runner.invoke(app, list(words), catch_exceptions=False).stdout


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    bureau = FieldBureau(tmp_path / "home")
    yield bureau
    bureau.home.database.close()


@pytest.fixture
def slope(tmp_path: Path) -> Iterator[SlopeBureau]:
    bureau = SlopeBureau(tmp_path / "home")
    bureau.slope(oral=True)
    yield bureau
    bureau.home.database.close()


def flooded(bureau: FieldBureau) -> Terminal:
    bureau.flood()
    facts = {"warning_color": "orange", "flow.forecast": "4100", "rising": "true", "danger_grade": "larger"}
    bureau.desk.record_facts(bureau.response, facts, OFFICER, "test")
    return Terminal(bureau)


def test_facts_are_called_by_their_titles_and_choices_by_theirs_in_chinese(bureau: FieldBureau) -> None:
    shown = flooded(bureau).show("--lang", "zh")

    assert "预案：防汛应急预案，III级（建议II级），响应中，启动于 2026-09-04 02:00:00（Asia/Shanghai）" in shown
    assert "控制站流量：3300 m3/s；" in shown
    assert "暴雨或洪水预警颜色：橙色" in shown
    assert "堤防险情等级：较大" in shown
    assert "水位正在上涨：是" in shown
    assert "控制站流量（预报）：4100 m3/s" in shown
    assert "warning_color" not in shown


def test_facts_are_called_by_their_titles_and_choices_by_theirs_in_english(bureau: FieldBureau) -> None:
    shown = flooded(bureau).show("--lang", "en")

    assert (
        "plan: Flood response plan, level III (level II is proposed), open, opened 2026-09-04 02:00:00 (Asia/Shanghai)" in shown
    )
    assert "Colour of the rain or flood warning: orange; " in shown
    assert "Grade of the danger on the levee: larger" in shown
    assert "Flow at the control station (forecast): 4100 m3/s" in shown


def test_tasks_have_their_titles_states_and_the_names_of_their_people(bureau: FieldBureau) -> None:
    terminal = flooded(bureau)
    bureau.desk.acknowledge(bureau.response, "verify.1", OFFICER, "test")

    chinese, english = terminal.show("--lang", "zh"), terminal.show("--lang", "en")

    verify = next(line for line in chinese.splitlines() if "verify.1" in line)
    assert "已确认" in verify
    assert "陈志远 ✓" in verify
    assert OFFICER not in verify
    assert "acknowledged" in next(line for line in english.splitlines() if "verify.1" in line)
    assert re.search(r"编号 +任务 +名称 +状态 +人员 +最近一步 +时限", chinese)
    assert "消息：" in chinese
    assert "待发" in chinese


def test_findings_reports_and_papers_are_told_in_chinese(slope: SlopeBureau) -> None:
    slope.desk.record_facts(slope.response, {"deaths": "3"}, OFFICER, "test")
    shown = Terminal(slope).show("--lang", "zh")

    assert "报送时限起算：获知 2026-09-04 01:20:00" in shown
    assert "死亡人数：3" in shown
    assert re.search(r"written\.1 +书面首报 +市政府 +2026-09-04 02:20:00 +尚未报出", shown)
    assert "III级响应口头批准的书面件，应于 2026-09-05 02:00:00 前补交" in shown
    assert "暂停（按预案）" in shown, "the plan lets nobody clear the road by night"


def test_an_english_reader_meets_chinese_only_where_people_wrote_it(slope: SlopeBureau) -> None:
    shown = Terminal(slope).show("--lang", "en")

    assert "reports count from: the bureau learned of it 2026-09-04 01:20:00" in shown
    assert re.search(r"written\.1 +Written first report +the city ", shown)
    assert "the paper of the oral approval at level III is owed until 2026-09-05 02:00:00" in shown
    assert "suspended (by the plan)" in shown
    written = set("".join(each.name for each in slope.home.duty().people.values()) + "滑坡")
    assert set(_chinese.findall(shown)) <= written


def test_what_awaits_a_decision_is_named_with_its_title(slope: SlopeBureau) -> None:
    slope.clock.forward(timedelta(minutes=30))
    slope.home.engine.tick(slope.response)

    assert "等待人工决定：written.1 书面首报" in Terminal(slope).show("--lang", "zh")
    assert "awaiting a manual decision: written.1 Written first report" in Terminal(slope).show("--lang", "en")


def test_the_list_tells_states_in_one_language(bureau: FieldBureau) -> None:
    terminal = Terminal(bureau)

    assert terminal.list("--lang", "zh").startswith("没有进行中的响应")
    assert terminal.list("--lang", "en").startswith("no response is open")

    bureau.flood()

    assert "真实  III级  响应中  2026-09-04 02:00:00  渭河洪水" in terminal.list("--lang", "zh")
    assert "real  level III  open  2026-09-04 02:00:00  渭河洪水" in terminal.list("--lang", "en")


def test_a_drill_says_in_each_language_that_it_is_one(bureau: FieldBureau) -> None:
    bureau.flood()
    bureau.drill()
    terminal = Terminal(bureau)

    assert terminal.show("--lang", "zh").startswith(f"【演练】 {bureau.response}")
    assert terminal.show("--lang", "en").startswith(f"EXERCISE {bureau.response}")
    assert "【演练】  III级  响应中" in terminal.list("--lang", "zh")


def test_programs_are_told_the_same_in_whatever_language(bureau: FieldBureau) -> None:
    terminal = flooded(bureau)

    assert json.loads(terminal.show("--json", "--lang", "zh")) == json.loads(terminal.show("--json"))
    assert json.loads(terminal.list("--json", "--lang", "en")) == json.loads(terminal.list("--json"))
