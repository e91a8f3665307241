"""What people write in an SMS is understood as they meant it, or not at all."""

import pytest

from notifications.grammar import Said, understand
from notifications.message import Verb

YES, NO = Verb.ACKNOWLEDGE, Verb.DECLINE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1", Said(YES, None, "")),
        (" １ ", Said(YES, None, "")),
        ("1。", Said(YES, None, "")),
        ("收到", Said(YES, None, "")),
        ("收到！", Said(YES, None, "")),
        ("收到，马上出发", Said(YES, None, "马上出发")),
        ("好的", Said(YES, None, "")),
        ("OK", Said(YES, None, "")),
        ("ｏｋ", Said(YES, None, "")),
        ("Received.", Said(YES, None, "")),
        ("1 07", Said(YES, 7, "")),
        ("１　０７", Said(YES, 7, "")),
        ("1,07", Said(YES, 7, "")),
        ("1 7", Said(YES, 7, "")),
        ("107", Said(YES, 7, "")),
        ("１０７", Said(YES, 7, "")),
        ("07 1", Said(YES, 7, "")),
        ("收到07", Said(YES, 7, "")),
        ("收到 07", Said(YES, 7, "")),
        ("07收到", Said(YES, 7, "")),
        ("ok 12", Said(YES, 12, "")),
        ("1 107", Said(YES, 107, "")),
        ("1，马上到", Said(YES, None, "马上到")),
        ("1 07 20分钟后到", Said(YES, 7, "20分钟后到")),
        ("2", Said(NO, None, "")),
        ("2 07", Said(NO, 7, "")),
        ("207", Said(NO, 7, "")),
        ("2 07 堵车，一小时后到", Said(NO, 7, "堵车,一小时后到")),
        ("不能到", Said(NO, None, "")),
        ("不能到 发烧", Said(NO, None, "发烧")),
        ("去不了", Said(NO, None, "")),
        ("Can’t", Said(NO, None, "")),
        ("cannot 07 road closed", Said(NO, 7, "road closed")),
    ],
)
def test_an_answer_is_understood(text: str, said: Said) -> None:
    assert understand(text) == said


@pytest.mark.parametrize(
    "text",
    ["", "3", "12", "1 2 3 4 5", "1 07 08", "1 07 2 08", "07", "你好", "收到吗？", "收到吗", "收到，但是去不了", "1 07 不去",
     "ok but no", "okey dokey", "R", "TD", "退订", "1234567", "好像没有收到", "yesterday", "1 年后", "2楼进水"],
)  # fmt: skip
def test_what_is_not_surely_an_answer_is_left_to_a_person(text: str) -> None:
    assert understand(text) is None
