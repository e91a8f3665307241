"""`tocsin plan export` and `tocsin plan import`: what is written, what is refused, and how they end."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner, Result

from plans.catalog import load
from plans.compiler import check_file, compile_file
from service.cli.plan import app


def _run(folder: Path, *words: str) -> Result:
    return CliRunner(env={"TOCSIN_HOME": str(folder / "home")}).invoke(app, list(words))


def _exported(folder: Path, *words: str) -> Path:
    file = folder / "flood.json"
    assert _run(folder, "export", "flood", "--cacao", "--output", str(file), *words).exit_code == 0
    return file


def _listed(folder: Path, text: str) -> str:
    file = folder / "Snow list.csv"
    file.write_text(text, encoding="gb18030")
    return str(file)


def test_a_signed_playbook_goes_out_and_comes_back_whole(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file = _exported(tmp_path, "--sign", str(tmp_path / "key.pem"), "--tlp", "amber+strict")

    result = _run(tmp_path, "import", str(file))

    assert result.exit_code == 0
    assert "签名有效 / signed by 宝鸡市防汛抗旱指挥部" in result.stdout
    assert "TLP:AMBER+STRICT" in file.read_text(encoding="utf-8")
    assert compile_file(tmp_path / "home" / "plans" / "flood.yaml").digest == load("flood").digest
    assert _run(tmp_path, "diff", "flood", str(tmp_path / "home" / "plans" / "flood.yaml")).exit_code == 0


def test_without_a_file_the_playbook_is_printed(tmp_path: Path) -> None:
    result = _run(tmp_path, "export", "holiday_duty", "--cacao")

    assert json.loads(result.stdout)["spec_version"] == "cacao-2.0"


@pytest.mark.parametrize("content", [None, b"no key"])
def test_a_key_that_cannot_be_used_is_told_and_nothing_is_written(content: bytes | None, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    if content is not None:
        key.write_bytes(content)

    result = _run(tmp_path, "export", "flood", "--cacao", "--sign", str(key), "--output", str(tmp_path / "x.json"))

    assert result.exit_code == 2
    assert "expected a private key in PEM" in result.stderr
    assert not (tmp_path / "x.json").exists()


def test_a_task_list_becomes_a_plan_of_its_own_name(tmp_path: Path) -> None:
    result = _run(tmp_path, "import", _listed(tmp_path, "任务,责任部门\n除雪,公路局\n"))

    assert result.exit_code == 0
    file = tmp_path / "home" / "plans" / "snow_list.yaml"
    assert result.stdout.startswith(f"{file}: 1 tasks, and it checks\n")
    assert check_file(file) == []
    assert (file.parent / "plan.schema.json").is_file()


def test_the_report_tells_where_what_and_why(tmp_path: Path) -> None:
    words = ["--name", "snow", "--title", "除雪方案", "--output", str(tmp_path / "snow.yaml"), "--json"]

    result = _run(tmp_path, "import", _listed(tmp_path, "任务,级别,完成\n除雪,高,2小时\n"), *words)

    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["plan"], told["tasks"], told["checks"]) == ("snow", 1, True)
    (left,) = told["not_taken"]
    assert (left["where"], left["what"]) == ("row 2, 级别", "高")
    assert left["zh"] == "看不懂的级别"
    assert compile_file(tmp_path / "snow.yaml").title.zh == "除雪方案"


def test_what_does_not_check_says_so_at_its_top(tmp_path: Path) -> None:
    result = _run(tmp_path, "import", _listed(tmp_path, "任务,应答,完成\n除雪,2小时,30分钟\n"))

    file = tmp_path / "home" / "plans" / "snow_list.yaml"
    assert result.exit_code == 1
    assert "# 检查未通过 / It does not check yet:" in file.read_text(encoding="utf-8").splitlines()[1]
    assert "检查 / the check (1)" in result.stdout


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    target.write_text("mine", encoding="utf-8")

    result = _run(tmp_path, "import", _listed(tmp_path, "任务,责任部门\n除雪,公路局\n"), "--output", str(target))

    assert result.exit_code == 2
    assert "already there and was not touched" in result.stderr
    assert target.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", [None, "{}", "nothing in it", '{"type": "playbook"}'])
def test_what_cannot_be_read_ends_with_two(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "what"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    result = _run(tmp_path, "import", str(file))

    assert result.exit_code == 2
    assert "expected" in result.stderr
    assert not (tmp_path / "home" / "plans").exists()


def test_a_playbook_cannot_lead_out_of_the_folder_by_its_name(tmp_path: Path) -> None:
    file = _exported(tmp_path)
    content = json.loads(file.read_text(encoding="utf-8"))
    (extension,) = content["playbook_extensions"].values()
    extension["x_tocsin"]["plan"]["name"] = "../../flood"
    file.write_text(json.dumps(content), encoding="utf-8")

    result = _run(tmp_path, "import", str(file))

    assert result.exit_code == 2
    assert not list(tmp_path.rglob("*.yaml"))
