"""Behaviours 33-38, 46, 65, 66, 70, 71, 73-76 and 11: what a message calls for, in which words, and what must be asked."""

from datetime import timedelta

import pytest

from alerts.cautions import cautions_of
from alerts.chains import fold
from alerts.colors import Color, color_of
from alerts.defects import Defects
from alerts.display import clean, one_line
from alerts.model import Severity, Urgency
from alerts.targets import targets_of
from alerts.testing import NOON, cap, hours, info, message, named, written
from alerts.view import alert_map, preferred

DAY = timedelta(hours=24)


def targets(raw: bytes, keeps: timedelta | None = DAY):
    return targets_of(message(raw).alert, keeps)


def codes(raw: bytes) -> set[str]:
    defects = Defects()
    targets_of(message(raw).alert, DAY, defects)
    return {defect.code for defect in defects}


def cautions(**parts: str) -> list[str]:
    return [caution.code for caution in cautions_of(message(cap(infos=info(**parts))).alert)]


def test_33_without_an_expiry_the_rule_of_the_source_holds() -> None:
    raw = cap(infos=info(expires=""))

    assert [target.until for target in targets(raw)] == [hours(24)]
    assert [target.until for target in targets(raw, None)] == [None]


def test_35_an_update_that_expires_as_it_is_sent_and_is_past_has_ended() -> None:
    raw = cap(kind="Update", references=[("zero", hours(-1))], infos=info(urgency="Past", expires=written(NOON)))

    (target,) = targets(raw)

    assert target.is_lifted
    assert "expires_before_sent" not in codes(raw)


def test_35_an_update_with_response_none_that_expires_as_it_is_sent_has_ended() -> None:
    block = info(responseType="None", expires=written(NOON))

    assert targets(cap(kind="Update", references=[("zero", hours(-1))], infos=block))[0].is_lifted
    assert not targets(cap(infos=block))[0].is_lifted


def test_35_any_other_expiry_before_sending_is_a_defect_and_the_rule_of_the_source_holds() -> None:
    raw = cap(infos=info(expires=written(hours(-1))))

    assert "expires_before_sent" in codes(raw)
    assert targets(raw)[0].until == hours(24)


def test_38_an_onset_after_the_expiry_does_not_drop_the_alert() -> None:
    raw = cap(infos=info(onset=written(hours(48))))

    assert fold([message(raw)], NOON).chains[0].state == "active"


def test_66_all_clear_and_past_beat_the_severity() -> None:
    assert targets(cap(infos=info(severity="Extreme", responseType="AllClear")))[0].is_lifted
    assert targets(cap(infos=info(severity="Extreme", urgency="Past")))[0].is_lifted


def test_70_nine_languages_are_one_target() -> None:
    blocks = "".join(info(language=f"{letter}{letter}") for letter in "abcdefghi")

    assert len(targets(cap(infos=blocks))) == 1


def test_73_blocks_of_one_language_are_targets_of_their_own() -> None:
    first = info("<area><areaDesc>A</areaDesc></area>", language="en-AU", severity="Minor")
    second = info("<area><areaDesc>B</areaDesc></area>", language="en-AU", severity="Severe")

    found = targets(cap(infos=first + second))

    assert [(target.severity, target.areas[0].description) for target in found] == [
        (Severity.MINOR, "A"),
        (Severity.SEVERE, "B"),
    ]


def test_74_where_languages_disagree_the_graver_and_the_longer_is_used() -> None:
    mild = info(language="zh-CN", severity="Minor", urgency="Future", expires=written(hours(2)))
    grave = info(language="en-US", severity="Extreme", urgency="Immediate", expires=written(hours(9)))
    raw = cap(infos=mild + grave)

    (target,) = targets(raw)

    assert (target.severity, target.urgency, target.until) == (Severity.EXTREME, Urgency.IMMEDIATE, hours(9))
    assert "languages_disagree" in codes(raw)


def test_74_an_all_clear_in_one_language_only_does_not_end_it() -> None:
    raw = cap(infos=info(language="zh-CN", responseType="AllClear") + info(language="en-US"))

    assert not targets(raw)[0].is_lifted


def test_75_severity_has_a_rank_and_unknown_is_below_none_of_them() -> None:
    ranks = [targets(cap(infos=info(severity=word)))[0].rank for word in ("Unknown", "Minor", "Moderate", "Severe", "Extreme")]

    assert ranks == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("headline", "color"),
    [
        ("宝鸡市气象台发布暴雨红色预警信号", Color.RED),
        ("渭河洪水橙色预警", Color.ORANGE),
        ("发布暴雨预警（黄色）", Color.YELLOW),
        ("暴雨预警由橙色预警降为黄色预警", Color.YELLOW),
        ("Blue warning for strong wind [Level IV/General]", Color.BLUE),
        ("黄河水位上涨", None),
        ("Green alert for tropical cyclone", None),
        ("Red Cross volunteers help", None),
    ],
)
def test_76_a_colour_is_read_from_the_headline_by_an_exact_pattern(headline: str, color: Color | None) -> None:
    assert color_of(message(cap(infos=info(headline=headline))).alert.infos) is color


def test_76_a_structured_colour_comes_before_the_headline() -> None:
    block = info(headline="红色预警").replace("<area>", named("parameter", "severityColor", "Blue") + "<area>")

    assert color_of(message(cap(infos=block)).alert.infos) is Color.BLUE


def test_76_colour_and_severity_that_disagree_are_noted_and_the_graver_counts() -> None:
    raw = cap(infos=info(headline="暴雨红色预警", severity="Minor"))

    assert "color_disagrees" in codes(raw)
    assert targets(raw)[0].rank == Severity.EXTREME.rank


@pytest.mark.parametrize(
    "words", ["本次为演练", "This is a TEST message", "Flood exercise", "Probealarm", "防汛演习", "系统测试", "drill only"]
)
def test_46_an_actual_message_that_says_it_is_a_drill_is_a_question(words: str) -> None:
    assert cautions(headline=words) == ["says_drill"]
    assert cautions(description=words) == ["says_drill"]
    assert cautions(event=words) == ["says_drill"]


def test_46_a_test_code_is_a_question() -> None:
    block = info().replace("<expires>", named("eventCode", "profile", "testMessage") + "<expires>")

    assert [caution.code for caution in cautions_of(message(cap(infos=block)).alert)] == ["says_drill"]


@pytest.mark.parametrize(
    "words", ["the latest news", "see https://test.example/drill", "write to test@city.example", "contested"]
)
def test_46_test_inside_an_address_or_another_word_is_none(words: str) -> None:
    assert cautions(description=words) == []


def test_a_headline_that_lifts_a_warning_is_a_question() -> None:
    assert cautions(headline="解除暴雨橙色预警信号") == ["says_lifted"]


def test_71_the_language_of_a_reader_is_chosen_by_tag_then_by_family() -> None:
    blocks = "".join(info(language=tag, headline=tag) for tag in ("en-US", "zh-MO", "zh-Hans"))
    infos = message(cap(infos=blocks)).alert.infos

    chosen = [preferred(infos, wanted).language for wanted in ("zh-CN", "zh-tw", "en", "ZH-MO", "fr")]

    assert chosen == ["zh-Hans", "zh-MO", "en-US", "zh-MO", "en-US"]


def test_11_control_bidirectional_and_invisible_characters_are_not_shown_and_html_stays_text() -> None:
    assert clean("Flood\u202e gnp\u200b.\x07exe\u2066 <b>now</b>") == "Flood gnp.exe <b>now</b>"
    assert one_line("a\r\n b\u2028c") == "a b c"


def test_12_template_and_formula_text_from_an_alert_stays_text() -> None:
    hostile = "{{ 7*7 }} {sender} %s ${HOME} $(reboot) alert.status"
    (state,) = fold([message(cap(infos=info(headline=hostile)))], NOON).chains[0].targets

    assert alert_map(state)["headline"] == hostile


def test_the_map_of_a_trigger_has_every_key_even_of_an_empty_alert() -> None:
    (state,) = fold([message(cap(infos="<info/>"))], NOON).chains[0].targets

    assert alert_map(state) == {
        "status": "Actual",
        "type": "Alert",
        "sender": "water@city.example",
        "identifier": "one",
        "event": "",
        "event_codes": [],
        "categories": [],
        "severity": "Unknown",
        "severity_rank": 0,
        "urgency": "Unknown",
        "certainty": "Unknown",
        "response_types": [],
        "headline": "",
        "description": "",
        "areas": [],
        "geocodes": [],
        "parameters": {},
        "numbers": {},
        "color": "",
        "level": 0,
    }


def test_only_plain_decimal_numbers_of_parameters_are_numbers() -> None:
    given = {
        "magnitude": "5.2",
        "depth": "30 kilometers",
        "shift": "-1",
        "share": "1e400",
        "wide": "５.２",
        "no": "NaN",
        "none": "",
    }
    parameters = "".join(f"<parameter><valueName>{k}</valueName><value>{v}</value></parameter>" for k, v in given.items())
    (state,) = fold([message(cap(infos=f"<info>{parameters}</info>"))], NOON).chains[0].targets

    seen = alert_map(state)

    assert seen["numbers"] == {"magnitude": 5.2, "shift": -1.0}
    assert seen["parameters"] == given
