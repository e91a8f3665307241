"""How people write task lists: names of columns, minutes, levels and repeats, in Chinese and English."""

import re
from datetime import timedelta
from enum import StrEnum

from plans.basics import Level


class Column(StrEnum):
    CODE = "code"
    TITLE = "title"
    TITLE_EN = "title_en"
    ROLE = "role"
    LEVELS = "levels"
    AFTER = "after"
    ACK = "ack"
    DONE = "done"
    EVIDENCE = "evidence"
    REPEAT = "repeat"
    ESCALATE = "escalate"
    SOURCE = "source"


_words = {
    Column.CODE: "编号 序号 代码 任务编号 id no number code #",
    Column.TITLE: "任务 任务名称 任务内容 工作内容 工作任务 事项 检查内容 检查项目 措施 "
    "task tasks taskname title action activity question item",
    Column.TITLE_EN: "英文 英文名称 english taskenglish",
    Column.ROLE: "责任部门 责任单位 责任人 责任岗位 牵头单位 牵头部门 岗位 角色 部门 "
    "role rolename roles owner responsible department who assignee",
    Column.LEVELS: "级别 适用级别 响应级别 响应等级 等级 level levels",
    Column.AFTER: "前置 前置任务 前序 紧前任务 依赖 after predecessor predecessors dependson dependency dependencies",
    Column.ACK: "应答 应答时限 签收 签收时限 响应时限 ack acknowledge acknowledged ackwithin",
    Column.DONE: "完成 完成时限 时限 办结时限 办理时限 done donewithin finish deadline limit duration due",
    Column.EVIDENCE: "证据 佐证 佐证材料 成果 完成标志 留痕 evidence evidencetofile proof deliverable",
    Column.REPEAT: "重复 重复周期 频次 周期 repeat repeats every frequency",
    Column.ESCALATE: "升级 升级阶梯 未应答 escalate escalation ifnotacked",
    Column.SOURCE: "依据 来源 法律依据 source basis",
}
_columns = {word: column for column, words in _words.items() for word in words.split()}
_units: dict[str, float] = {
    "天": 1440,
    "日": 1440,
    "d": 1440,
    "day": 1440,
    "days": 1440,
    "小时": 60,
    "时": 60,
    "h": 60,
    "hr": 60,
    "hour": 60,
    "hours": 60,
}
_units |= {"分钟": 1, "分": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1, "m": 1, "秒": 1 / 60, "s": 1 / 60, "sec": 1 / 60}
_piece = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s*个?\s*(" + "|".join(sorted(map(re.escape, _units), key=len, reverse=True)) + r")?\s*(?![a-z])"
)
_numerals = str.maketrans(
    {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "–": "-", "—": "-", "－": "-", "~": "-", "～": "-", "至": "-", "到": "-"}
)
_chinese = {"一级": "I", "二级": "II", "三级": "III", "四级": "IV"}
_level = re.compile(r"\b(IV|III|II|I)\b")
nothing = frozenset({"", "-", "–", "—", "/", "无", "否", "不重复", "no", "none", "n/a", "x"})
every_level = frozenset(Level)


def column(header: str) -> Column | None:
    """`Task (English)`, `完成时限（分钟）`, `Ack ≤ min`: what is in brackets or a unit does not count."""
    inside = re.findall(r"[(（]([^)）]*)[)）]", header)
    bare = _bare(re.sub(r"[(（][^)）]*[)）]", "", header))
    found = _columns.get(bare) or _columns.get(re.sub(r"(min|minutes|hours|分钟|小时)$", "", bare))
    if found is Column.TITLE and any(_bare(each) in ("english", "英文", "en") for each in inside):
        return Column.TITLE_EN
    return found


def unit_of(header: str) -> float:
    """Minutes in a bare number of a column; they are minutes unless its header says hours or days."""
    low = header.lower()
    if re.search(r"小时|hour|[(（\s]h[)）\s]?$", low):
        return 60
    return 1440 if re.search(r"天|day", low) else 1


def length(text: str, unit: float = 1) -> timedelta | None:
    """`30`, `2 h`, `30分钟`, `1小时30分`, `半小时`."""
    plain = text.strip().lower().replace("半小时", "30分钟").replace("半天", "12小时")
    plain = re.sub(r"^(≤|<=|<|每隔|每|every|within|最多)\s*|(以内|之内|内|一次)$", "", plain).strip()
    plain = {"小时": "1小时", "天": "1天", "日": "1天", "daily": "1天", "hourly": "1小时"}.get(plain, plain)
    minutes, end = 0.0, 0
    for piece in _piece.finditer(plain):
        if plain[end : piece.start()].strip():
            return None
        minutes += float(piece[1]) * (_units[piece[2]] if piece[2] else unit)
        end = piece.end()
    return timedelta(minutes=minutes) if minutes and not plain[end:].strip() else None


def levels(text: str) -> frozenset[Level] | None:
    """`IV–I`, `Ⅲ级以上`, `II、I`, `全部`."""
    if text.strip().lower() in ("全部", "各级", "所有", "所有级别", "all", "any"):
        return every_level
    plain = _plain_levels(text)
    named = [Level[name] for name in _level.findall(plain)]
    rest = re.sub(
        r"[\s,，、;；/和及]|级|响应|levels?|and|from|up(wards?)?|以上|以下|及|or|above|below",
        "",
        _level.sub("", plain),
        flags=re.I,
    )
    if not named or rest.strip("-+"):
        return None
    if len(named) == 1 and re.search(r"以上|above|up|\+", plain):
        return frozenset(level for level in Level if level <= named[0])
    if len(named) == 1 and re.search(r"以下|below", plain):
        return frozenset(level for level in Level if level >= named[0])
    if len(named) == 2 and "-" in plain:
        return frozenset(level for level in Level if min(named) <= level <= max(named))
    return frozenset(named)


def by_level(text: str) -> dict[Level, timedelta] | None:
    """`IV 6 h, III 3 h, II and I 30 min`; levels without a length of their own have the next one's."""
    found: dict[Level, timedelta] = {}
    waiting: list[Level] = []
    for part in re.split(r"[,，、]|\band\b|和", _ascii_levels(text)):
        match = re.fullmatch(r"\s*(IV|III|II|I)\s*级?\s*[:：]?\s*(.*)", part)
        if match is None:
            return None
        waiting.append(Level[match[1]])
        own = length(match[2]) if match[2].strip() else None
        if match[2].strip() and own is None:
            return None
        if own:
            found |= dict.fromkeys(waiting, own)
            waiting = []
    return found if found and not waiting else None


def parts(text: str) -> list[str]:
    """What is separated by commas, semicolons or lines; nothing for `–` and 无."""
    given = [part.strip() for part in re.split(r"[,，、;；\n]", text)]
    return [part for part in given if part.lower() not in nothing]


def _ascii_levels(text: str) -> str:
    plain = text.translate(_numerals)
    for chinese, roman in _chinese.items():
        plain = plain.replace(chinese, f" {roman} ")
    return plain


def _plain_levels(text: str) -> str:
    plain = _ascii_levels(text)
    # a Chinese character is a letter to \b
    return re.sub(r"([^\x00-\x7f])", r" \1 ", plain).replace("以 上", "以上").replace("以  上", "以上").replace("以  下", "以下")


def _bare(text: str) -> str:
    return re.sub(r"[\s≤<>=_:：.\-*/]", "", text).lower()
