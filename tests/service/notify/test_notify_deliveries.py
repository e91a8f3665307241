"""What became of messages, by the command's own view and by the API."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from flows.errors import UnknownNameError
from notifications import receipts
from notifications.message import Receipt, ReceiptState
from notifications.tables import message_table
from service.notify.deliveries import Wanted, deliveries_view
from store.kinds import Kind
from tests.service.field_bureau import FieldBureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[FieldBureau]:
    bureau = FieldBureau(tmp_path)
    bureau.flood()
    yield bureau
    bureau.home.database.close()


def written(bureau: FieldBureau, channel: str, **values: object) -> None:
    table = message_table(Kind.REAL)
    with bureau.home.database.write() as connection:
        connection.execute(table.update().where(table.c.channel == channel).values(**values))


def test_a_delivery_is_shown_with_its_state_its_times_and_a_masked_phone(bureau: FieldBureau) -> None:
    rows = deliveries_view(bureau.home, Wanted(person="chenzhiyuan"))

    (sms,) = [row for row in rows if row["channel"] == "sms"]
    assert (sms["state"], sms["address"], sms["response"]) == ("queued", "199****0001", bureau.response)
    assert list(sms["at"]) == ["queued"]


def test_the_number_that_a_provider_quotes_is_masked_too(bureau: FieldBureau) -> None:
    written(bureau, "sms", detail="19900000001 is blacklisted", state="failed")

    (sms,) = [row for row in deliveries_view(bureau.home, Wanted(state="failed")) if row["person"] == "chenzhiyuan"]

    assert sms["detail"] == "199****0001 is blacklisted"


def test_what_may_have_gone_out_twice_is_marked(bureau: FieldBureau) -> None:
    written(bureau, "sms", state="unknown")
    written(bureau, "wechat", state="accepted", in_doubt=True)

    doubts = {row["channel"]: row["in_doubt"] for row in deliveries_view(bureau.home, Wanted(person="chenzhiyuan"))}

    assert doubts == {"sms": True, "wechat": True}


def test_they_are_found_by_state_response_and_age(bureau: FieldBureau) -> None:
    written(bureau, "sms", attempts=1, state="accepted", provider_id="biz-1")
    with bureau.home.database.write() as connection:
        receipts.record(connection, Receipt("biz-1", ReceiptState.DELIVERED, bureau.clock.now()), bureau.clock.now())
    bureau.clock.forward(timedelta(hours=3))

    delivered = deliveries_view(bureau.home, Wanted(state="delivered"))
    recent = deliveries_view(bureau.home, Wanted(since=timedelta(hours=2)))
    elsewhere = deliveries_view(bureau.home, Wanted(response="R-000000-000000"))

    assert [row["provider_id"] for row in delivered] == ["biz-1"]
    assert (recent, elsewhere) == ([], [])


def test_a_state_that_is_none_is_answered_with_the_nearest(bureau: FieldBureau) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'failed'"):
        deliveries_view(bureau.home, Wanted(state="faild"))


def test_the_api_gives_the_same_and_the_channels_without_a_secret(bureau: FieldBureau) -> None:
    headers = {"Authorization": f"Bearer {bureau.home.keys.api_token}"}
    api = TestClient(bureau.app(), headers=headers, raise_server_exceptions=False)

    listed = api.get("/api/v1/deliveries", params={"person": "chenzhiyuan", "minutes": 5}).json()
    refused = api.get("/api/v1/deliveries", params={"state": "faild"})
    channels = api.get("/api/v1/channels").json()

    assert listed == deliveries_view(bureau.home, Wanted(person="chenzhiyuan"))
    assert refused.status_code == 404
    assert (channels["resting"], channels["channels"][0]["leaves_this_machine"]) == ([], False)
    assert TestClient(bureau.app()).get("/api/v1/channels").status_code == 401
