"""`tocsin notify` as a person at the desk reads it, in either language, and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli.notify import app
from tests.service.field_bureau import FieldBureau
from tests.service.notify_bureau import bureau_with


def notify(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> Result:
    monkeypatch.setenv("TOCSIN_HOME", str(folder))
    return CliRunner().invoke(app, words)


def test_the_gateways_are_listed_in_order_in_either_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bureau_with(tmp_path).folder.path

    english = notify(monkeypatch, folder, "channels").output
    chinese = notify(monkeypatch, folder, "channels", "--lang", "zh").output

    order = [english.index(f"{place}. {name}") for place, name in enumerate(("aliyunsms", "tencentsms", "smppline"), start=1)]
    assert order == sorted(order)
    assert "drill.default = SMS_2 (task)" in english
    assert f"voice (real): only written to {folder}/voice.jsonl, reaches nobody" in english
    assert "每个变量至多字符 6" in chinese
    assert "sms (演练): 同实战" in chinese


def test_a_preview_of_a_drill_shows_its_mark_as_it_goes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bureau_with(tmp_path).folder.path

    shown = notify(monkeypatch, folder, "preview", "flood", "levee_patrol", "--to", "chenzhiyuan", "--drill").output

    assert "  │ 【演练】防汛应急预案" in shown
    assert "【警钟】【演练】防汛应急预案IV级" in shown
    assert "含签名" in shown


def test_a_test_that_only_a_file_took_ends_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bureau_with(tmp_path, "[server]\nport = 9\n").folder.path

    tried = notify(monkeypatch, folder, "test", "--to", "chenzhiyuan", "--channel", "sms")

    assert tried.exit_code == 1
    assert "accepted (only written to a file, reached nobody)" in tried.output


def test_deliveries_are_lines_with_times_and_json_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = FieldBureau(tmp_path)
    bureau.flood()

    lines = notify(monkeypatch, tmp_path, "deliveries", "--person", "chenzhiyuan").output
    as_json = json.loads(notify(monkeypatch, tmp_path, "deliveries", "--state", "queued", "--json").output)
    none = notify(monkeypatch, tmp_path, "deliveries", "--state", "failed").output

    assert f"{bureau.response} verify.1 [acknowledge/call]  陈志远 (chenzhiyuan) sms 199****0001: queued" in lines
    assert "queued 09-04 02:00:00" in lines
    assert {row["state"] for row in as_json} == {"queued"}
    assert none == "no such message (没有符合条件的消息)\n"


@pytest.mark.parametrize("since", ["2", "h", "2w", "-1h", "1.5h"])
def test_an_age_that_is_none_is_refused_with_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, since: str) -> None:
    refused = notify(monkeypatch, tmp_path, "deliveries", "--since", since)

    assert refused.exit_code == 2


def test_the_doctor_ends_with_one_on_a_fault_and_says_it_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = '[server]\nport = 9\n[channels]\nsms = "aliyunsms://KEY:${NO_SUCH_SECRET}@h/S?default=SMS_1"\n'
    sick = notify(monkeypatch, bureau_with(tmp_path, settings).folder.path, "doctor", "--lang", "zh")
    (tmp_path / "b").mkdir()
    well = notify(monkeypatch, bureau_with(tmp_path / "b", "[server]\nport = 9\n").folder.path, "doctor")

    assert (sick.exit_code, well.exit_code) == (1, 0)
    assert "故障  sms: 设置不可用" in sick.output
    assert "warning  service: no 'tocsin serve' runs on this data folder" in well.output
    assert "→ start it: tocsin serve" in well.output
