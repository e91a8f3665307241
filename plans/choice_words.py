"""Words for the choices of facts: the plan's own, or those its title lists, else the customary ones, else the choice itself."""

import re

from plans.graph_words import Language, say
from plans.model import Fact

_listed = re.compile(r"[（(]([^（）()]*)[）)]\s*$")
_chinese = {
    "none": "无", "other": "其他", "blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色",
    "general": "一般", "larger": "较大", "major": "重大", "extraordinary": "特别重大", "breach": "决口",
    "small": "小型", "medium": "中型", "large": "大型", "extra": "特大型", "light": "轻度", "middling": "中度",
    "serious": "严重", "grave": "特别严重", "single": "个别", "several": "部分", "wide": "大范围",
    "low": "低", "moderate": "中", "high": "高", "very_high": "很高", "extreme": "极高", "raised": "偏高", "ordinary": "正常",
    "strengthened": "加强", "special": "特别", "standing_by": "待命", "seepage": "渗水", "piping": "管涌", "leak": "漏洞",
    "slip": "滑坡", "crack": "裂缝", "sinkhole": "跌窝", "bank_collapse": "崩岸", "overtopping": "漫溢", "waves": "风浪",
    "clear": "清", "muddy": "浑", "flammable_liquid": "易燃液体", "corrosive": "腐蚀品", "flammable_gas": "易燃气体",
    "explosive": "爆炸品", "toxic_liquid": "有毒液体", "toxic_gas": "有毒气体", "packages": "包装件", "cylinders": "气瓶",
    "tank_truck": "罐车", "calm": "静风", "n": "北", "ne": "东北", "e": "东", "se": "东南", "s": "南", "sw": "西南", "w": "西",
    "nw": "西北", "bridge": "桥梁", "tunnel": "隧道", "ditch": "边沟", "stream": "支流", "main_river": "干流",
    "township": "乡镇级", "county": "县级", "city": "市级", "province": "省级", "country": "国家级", "stay_inside": "就地避险",
    "evacuate": "疏散", "open": "畅通", "half": "半幅通行", "closed": "断交", "rural": "农村公路", "trunk": "国省干线",
    "expressway": "高速公路", "nobody": "无人", "somebody": "有人", "left": "左侧", "right": "右侧", "both": "两侧",
    "day": "昼间", "night": "夜间", "new_year": "元旦", "spring_festival": "春节", "qingming": "清明", "labour": "劳动节",
    "dragon_boat": "端午", "mid_autumn": "中秋", "national": "国庆", "flood": "洪水", "landslide": "滑坡",
    "hazmat_spill": "危化品泄漏", "water_pollution": "水污染", "earthquake": "地震", "coal_mine_fire": "煤矿火灾",
    "snow_ice_road": "道路冰雪", "epidemic": "疫情",
}  # fmt: skip


def choice(fact: Fact | None, name: str, language: Language) -> str:
    if fact and fact.choice_titles:
        return say(fact.titled(name), language)
    if language == "en":
        return name.replace("_", " ")
    match = _listed.search(fact.title.zh) if fact else None
    own = match[1].split("、") if match else []
    if fact and name in fact.choices and len(own) == len(fact.choices) > 1:
        return own[fact.choices.index(name)]
    return _chinese.get(name, name)
