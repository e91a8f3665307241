"""What retention erases, or would erase, in both languages."""

from collections.abc import Iterator, Sequence

from plans.model import Text
from service.desk.retention_desk import Erasure
from service.settings import Retention

_NO_RULE = Text(
    'tocsin.toml 没有保存期限，什么也不会清除；例：[retention] personal_data = "180 d"',
    'tocsin.toml has no rule, so nothing is erased; for example: [retention] personal_data = "180 d"',
)
_NOTHING = Text("没有到期的个人信息", "no personal data is due")


def lines(found: Sequence[Erasure], rule: Retention, *, dry_run: bool) -> Iterator[Text]:
    if rule.personal_data is None and rule.evidence is None:
        yield _NO_RULE
    elif not found:
        yield _NOTHING
    for each in found:
        zh, en = each.response or "不属于任何响应的消息", each.response or "messages of no response"
        verb = ("将清除", "would be erased") if dry_run else ("已清除", "erased")
        yield Text(
            f"{zh}：{verb[0]}姓名 {each.names}、消息 {each.messages}、回复 {each.replies}、文件 {each.files}",
            f"{en}: {verb[1]}: {each.names} names, {each.messages} messages, {each.replies} replies, {each.files} files",
        )
