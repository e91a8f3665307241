"""Evidence from a phone: checked field by field, kept by its hash, and not asked for twice."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from flows.model.state import TaskStatus
from service.desk.evidence_files import LARGEST
from service.field.forms import LARGEST_FORM
from tests.service.field_bureau import PNG, FieldBureau

RECEIVED = {"evidence.received": "2026-09-04T02:01", "evidence.source": "巡堤员电话", "evidence.location": "K12+300"}


@pytest.fixture
def phone(bureau: FieldBureau) -> TestClient:
    return TestClient(bureau.app(), raise_server_exceptions=False)


def photo(content: bytes = PNG, name: str = "levee.png") -> dict[str, Any]:
    return {"evidence.photo": (name, content, "image/png")}


def test_complete_evidence_closes_the_task_and_a_time_means_the_bureaus_zone(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=photo())

    assert "已记录：办结。" in answer.text
    task = bureau.task()
    digest = hashlib.sha256(PNG).hexdigest()
    assert task.status is TaskStatus.DONE
    assert task.missing == ()
    assert task.evidence == {
        "received": "2026-09-04T02:01:00+08:00",
        "source": "巡堤员电话",
        "location": "K12+300",
        "photo": (f"levee.png sha256:{digest}",),
    }
    (kept,) = bureau.evidence_files()
    assert (kept.name, kept.read_bytes()) == (f"{digest}.png", PNG)


def test_every_wrong_field_is_marked_at_once_and_nothing_typed_is_lost(bureau: FieldBureau, phone: TestClient) -> None:
    typed = RECEIVED | {"evidence.received": "昨晚", "evidence.location": ""}

    answer = phone.post(bureau.link(), data={"verb": "complete", **typed})

    assert answer.status_code == 422
    assert "请补充标红的内容后再提交。" in answer.text
    assert "请填时间" in answer.text
    assert "请填写，或在最后说明缺少的原因" in answer.text
    assert 'value="巡堤员电话"' in answer.text
    assert "<details open><summary>办结" in answer.text
    assert bureau.task().status is TaskStatus.CALLED


def test_a_photo_already_sent_need_not_be_sent_again(bureau: FieldBureau, phone: TestClient) -> None:
    refused = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED, "evidence.source": ""}, files=photo())
    reference = f"levee.png sha256:{hashlib.sha256(PNG).hexdigest()}"

    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED, "evidence.photo": reference})

    assert f'<input type="hidden" name="evidence.photo" value="{reference}">' in refused.text
    assert "已记录：办结。" in answer.text
    assert bureau.task().evidence["photo"] == (reference,)


@pytest.mark.parametrize("claim", ["levee.png sha256:" + "0" * 64, "../../keys/link-key", "levee.png sha256:../../../x"])
def test_a_reference_to_a_file_that_was_never_sent_is_refused(bureau: FieldBureau, phone: TestClient, claim: str) -> None:
    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED, "evidence.photo": claim})

    assert answer.status_code == 422
    assert "找不到已上传的文件" in answer.text
    assert bureau.task().status is TaskStatus.CALLED


def test_what_is_missing_takes_a_reason_and_stays_recorded_as_missing(bureau: FieldBureau, phone: TestClient) -> None:
    phone.post(bureau.link(), data={"verb": "complete", "evidence.source": "电话", "reason": "现场无信号"})

    task = bureau.task()
    assert task.status is TaskStatus.DONE
    assert task.missing == ("received", "location")


def test_several_photos_are_all_kept_and_the_same_one_only_once(bureau: FieldBureau, phone: TestClient) -> None:
    files = [
        ("evidence.photo", ("a.png", PNG + b"a", "image/png")),
        ("evidence.photo", ("b.png", PNG + b"b", "image/png")),
        ("evidence.photo", ("a again.png", PNG + b"a", "image/png")),
    ]

    phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=files)

    photos = bureau.task().evidence["photo"]
    assert isinstance(photos, tuple)
    assert [str(each).split(" sha256:")[0] for each in photos] == ["a.png", "b.png", "a again.png"]
    assert len(bureau.evidence_files()) == 2


def test_a_file_is_told_by_its_content_and_not_by_its_name(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=photo(b"<html>", "levee.png"))

    assert answer.status_code == 422
    assert "不是照片" in answer.text
    assert bureau.evidence_files() == []


def test_a_file_name_is_never_a_path(bureau: FieldBureau, phone: TestClient) -> None:
    phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=photo(name="../../../../evil.png"))

    assert [each.suffix for each in bureau.evidence_files()] == [".png"]
    assert not list(bureau.home.folder.path.parent.rglob("*evil*"))


def test_a_file_over_eight_megabytes_is_refused_and_not_kept(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=photo(PNG + b"\0" * LARGEST))

    assert answer.status_code == 422
    assert "文件超过 8 MB" in answer.text
    assert bureau.evidence_files() == []


def test_a_form_that_says_it_is_too_large_is_not_read(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link(), content=b"x", headers={"Content-Length": str(LARGEST_FORM + 1)})

    assert answer.status_code == 413
    assert "上传内容过大" in answer.text
    assert "too much at once" in answer.text


def test_a_form_that_does_not_say_how_large_it_is_ends_at_the_same_limit(bureau: FieldBureau, phone: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LARGEST_FORM // 2**20 + 2):
            yield b"x" * 2**20

    answer = phone.post(bureau.link(), content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status_code == 413
    assert bureau.task().acknowledged == {}


def test_a_form_that_breaks_off_is_refused_in_words(bureau: FieldBureau, phone: TestClient) -> None:
    answer = phone.post(bureau.link(), content=b"--x\r\nContent-", headers={"Content-Type": "multipart/form-data; boundary=y"})

    assert answer.status_code == 400
    assert "提交的内容不完整，请再试一次" in answer.text
    assert "what arrived was not whole" in answer.text
    assert bureau.task().status is TaskStatus.CALLED


def test_yes_and_no_are_chosen_and_anything_else_is_refused(bureau: FieldBureau, phone: TestClient) -> None:
    patrol = bureau.patrolled()
    files = {name: (f"{name}.csv", b"1,2", "text/csv") for name in ("evidence.sheet", "evidence.track")}
    typed = {"verb": "complete", "evidence.handover": "已交接"}

    unsure = phone.post(bureau.link(patrol), data={**typed, "evidence.clear": "perhaps"}, files=files)
    sure = phone.post(bureau.link(patrol), data={**typed, "evidence.clear": "false"}, files=files)

    assert unsure.status_code == 422
    assert "请选择是或否" in unsure.text
    assert "已记录：办结。" in sure.text
    assert bureau.task(patrol).evidence["clear"] is False


@pytest.mark.parametrize("number", ["十二", "nan", "inf", "1e999", "12人"])
def test_a_number_is_a_number(bureau: FieldBureau, phone: TestClient, number: str) -> None:
    floodplain = bureau.floodplain()

    answer = phone.post(bureau.link(floodplain), data={"verb": "complete", "evidence.people_out": number})

    assert answer.status_code == 422
    assert "请填数字" in answer.text
    assert f'value="{number}"' in answer.text
    assert bureau.task(floodplain).status is TaskStatus.CALLED


def test_a_full_disk_is_said_and_the_task_stays_open(bureau: FieldBureau, phone: TestClient) -> None:
    bureau.home.folder.evidence.write_text("where the folder should be")

    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=photo())

    assert answer.status_code == 422
    assert "服务器无法保存文件" in answer.text
    assert 'value="巡堤员电话"' in answer.text
    assert bureau.task().status is TaskStatus.CALLED


def test_without_room_for_an_upload_the_page_says_so(
    bureau: FieldBureau, phone: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such disk"))

    answer = phone.post(bureau.link(), data={"verb": "complete", **RECEIVED}, files=photo(PNG + b"\0" * 2**21))

    assert answer.status_code == 507
    assert "服务器无法接收文件" in answer.text
    assert "the server cannot take files now" in answer.text
    assert bureau.task().status is TaskStatus.CALLED


@pytest.mark.parametrize("more", [{"evidence.received": "昨晚"}, {}])
def test_completing_what_is_done_says_who_did_it_and_asks_to_mend_nothing(
    bureau: FieldBureau, phone: TestClient, more: dict[str, str]
) -> None:
    bureau.done("verify.1")
    before = bureau.history()

    answer = phone.post(bureau.link(), data={"verb": "complete", **more})

    assert answer.status_code == 200
    assert "此前已经记录，本次未作更改。" in answer.text
    assert "陈志远已于 09-04 02:00 办结" in answer.text
    assert "请补充标红的内容" not in answer.text
    assert bureau.history() == before


def test_completing_what_was_withdrawn_says_so_and_asks_to_mend_nothing(bureau: FieldBureau, phone: TestClient) -> None:
    link = bureau.link()
    bureau.stood_down()

    answer = phone.post(link, data={"verb": "complete"})

    assert answer.status_code == 409
    assert "任务已撤销，无需处置。" in answer.text
    assert "请补充标红的内容" not in answer.text
