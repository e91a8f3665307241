"""The task graph: its edges and critical chain, the picture's geometry, and the Mermaid text."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from plans.catalog import load
from plans.graph import EdgeKind, Graph, graph_of
from plans.graph_layers import arranged, crossings, layers_of, lines_of, neighbours
from plans.graph_layout import Box, laid_out
from plans.graph_mermaid import mermaid
from plans.graph_svg import svg
from plans.graph_text import width, wrapped
from plans.graph_words import Language, spoken
from plans.model import Level, Plan, Text

LIBRARY = [path.stem for path in sorted((Path(__file__).parents[2] / "plans" / "library").glob("*.yaml"))]
EXTENDED = Path(__file__).parent / "whole.yaml"
CHINESE = re.compile("[一-鿿]")
BOTH: tuple[Language, Language] = ("zh", "en")


def plan_of(name: str) -> Plan:
    return load(name, ())


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def drawn_boxes(text: str) -> dict[str, Box]:
    """The extent of each task's outline in the picture itself."""
    boxes = {}
    for group in ElementTree.fromstring(text).findall(".//{*}g"):
        if name := group.get("data-task"):
            places: list[tuple[float, float]] = []
            for each in group:
                if each.tag.endswith("rect"):
                    x, y, wide, high = (float(each.attrib[key]) for key in ("x", "y", "width", "height"))
                    places += [(x, y), (x + wide, y + high)]
                elif each.tag.endswith("path"):
                    places += outline(each.attrib["d"])
            xs, ys = zip(*places, strict=True)
            boxes[name] = Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return boxes


def outline(path: str) -> list[tuple[float, float]]:
    places, x, y = list[tuple[float, float]](), 0.0, 0.0
    for command, numbers in re.findall(r"([MLHVC])([-\d. ]+)", path):
        values = [float(each) for each in numbers.split()]
        x = values[0] if command == "H" else x if command == "V" else values[-2]
        y = values[0] if command == "V" else y if command == "H" else values[-1]
        places.append((x, y))
    return places


def touches(box: Box, place: tuple[float, float]) -> bool:
    x, y = place
    return box.x <= x <= box.x + box.width and (abs(y - box.y) < 5 or abs(y - box.bottom) < 5)


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("language", BOTH)
def test_no_two_boxes_overlap_and_every_edge_ends_at_its_boxes(name: str, language: Language) -> None:
    graph = graph_of(plan_of(name))
    text = svg(graph, language)

    boxes = drawn_boxes(text)
    edges = [each for each in ElementTree.fromstring(text).findall(".//{*}path") if each.get("data-from")]

    assert boxes.keys() == graph.tasks.keys()
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.bottom <= b.y or b.bottom <= a.y
        assert apart, f"{one} lies on {other}"
    assert len(edges) == len(graph.edges)
    for edge in edges:
        way = outline(edge.attrib["d"])
        assert touches(boxes[edge.attrib["data-from"]], way[0])
        assert touches(boxes[edge.attrib["data-to"]], way[-1])


@pytest.mark.parametrize("name", LIBRARY)
def test_no_edge_runs_through_a_box(name: str) -> None:
    graph = graph_of(plan_of(name))

    layout = laid_out(graph, dict.fromkeys(graph.tasks, 90.0))

    for route in layout.routes:
        for (x, y), (end_x, end_y) in pairwise(route.points):
            if abs(x - end_x) < 0.05:
                # within a layer it is upright, and no box stands there
                hit = [
                    task
                    for task, box in layout.boxes.items()
                    if box.x < x < box.x + box.width and min(y, end_y) < box.y + 1 and max(y, end_y) > box.bottom - 1
                ]
                assert not hit, f"{route.edge} runs through {hit}"


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("language", BOTH)
def test_no_line_is_wider_than_its_box(name: str, language: Language) -> None:
    graph = graph_of(plan_of(name))
    root = ElementTree.fromstring(svg(graph, language))

    for group in root.findall(".//{*}g"):
        if group.get("data-task"):
            for line in group.findall(".//{*}text"):
                size = 11 if line.get("class") == "small" else 12.5
                assert width(line.text or "") * size <= 164 - 8, line.text


@pytest.mark.parametrize("name", LIBRARY)
def test_the_english_picture_has_no_chinese_in_it(name: str) -> None:
    plan = plan_of(name)

    assert not CHINESE.search(re.sub("<style>.*?</style>", "", svg(graph_of(plan), "en")))
    assert not CHINESE.search(mermaid(graph_of(plan), "en"))


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    text = svg(graph_of(plan_of("flood")), "zh")

    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in text
    assert "@import" not in text


def test_a_hostile_title_is_only_a_title() -> None:
    plan = plan_of("flood")
    task = replace(plan.tasks["verify"], title=Text('</text><script>"]) end', '</text><script>"]) end'))
    plan = replace(plan, tasks={**plan.tasks, "verify": task})

    assert "<script" not in svg(graph_of(plan), "zh")
    ElementTree.fromstring(svg(graph_of(plan), "zh"))
    assert "<script" not in mermaid(graph_of(plan), "zh")


def test_the_critical_chain_is_the_longest_by_done() -> None:
    graph = graph_of(plan_of("hazmat_spill"))

    steps = [graph.tasks[name] for name in graph.critical.tasks]

    assert [task.code for task in steps] == ["H01", "H02", "H03", "H13", "H20", "H21", "H28", "H30", "H35", "H36"]
    assert sum((task.done for task in steps), timedelta(0)) == graph.critical.total == timedelta(hours=17, minutes=45)


def test_what_is_waited_for_at_most_a_while_counts_no_longer() -> None:
    plan = plan_of("hazmat_spill")
    long = replace(plan.tasks["recon"], after_at_most={"isolate": minutes(2)})
    graph = graph_of(replace(plan, tasks={**plan.tasks, "recon": long}))

    assert graph.critical.total == timedelta(hours=17, minutes=45) - minutes(13)
    assert [edge.kind for edge in graph.edges if edge.end == "recon"] == [EdgeKind.WAITS_AT_MOST]
    assert "≤ 2 min" in svg(graph, "en")
    assert "≤ 2 min" in mermaid(graph, "en")


def test_at_a_level_only_its_tasks_are_drawn() -> None:
    plan = plan_of("flood")

    graph = graph_of(plan, Level.IV)

    assert graph.tasks.keys() == {name for name, task in plan.tasks.items() if Level.IV in task.levels}
    assert set(drawn_boxes(svg(graph, "zh"))) == graph.tasks.keys() != plan.tasks.keys()


def test_what_opens_again_is_dashed() -> None:
    graph = graph_of(plan_of("landslide"))
    again = [edge for edge in graph.edges if edge.kind is EdgeKind.REOPENS]

    text = svg(graph, "zh")

    assert len(again) == 4
    assert text.count('class="edge again" data-from') == 4
    assert mermaid(graph, "zh").count("-.->") == 4


def test_a_plan_with_no_task_at_the_level_says_so() -> None:
    plan = plan_of("flood")
    graph = Graph(plan, Level.I, {}, (), graph_of(replace(plan, tasks={})).critical)

    assert "No task at this level" in svg(graph, "en")
    assert mermaid(graph, "en").startswith("flowchart TD")


def test_the_same_plan_is_always_drawn_the_same() -> None:
    assert svg(graph_of(plan_of("flood")), "zh") == svg(graph_of(plan_of("flood")), "zh")


def test_crossed_lines_are_uncrossed() -> None:
    layer = layers_of(["a", "b", "c", "d"], {"a": [], "b": [], "c": ["b"], "d": ["a"]}, widest=2)
    lines = lines_of([("b", "c"), ("a", "d")], layer)

    assert crossings(arranged(layer, lines), neighbours(layer, lines)[1]) == 0


def test_a_layer_holds_no_more_than_it_may() -> None:
    names = [f"t{number}" for number in range(20)]

    layer = layers_of(names, {name: [] for name in names}, widest=6)

    assert max(list(layer.values()).count(number) for number in set(layer.values())) == 6


def test_long_texts_break_where_the_room_ends() -> None:
    lines = wrapped("识别危险品（运单、SDS、标志牌、托运人）与很长很长的说明文字", 8, 3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(width(line) <= 9 for line in lines)
    assert not any(line.startswith(("，", "、", "）")) or line.endswith("（") for line in lines)


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(hours=8, minutes=45), "8小时45分钟", "8 h 45 min"),
        (timedelta(minutes=90), "90分钟", "90 min"),
        (timedelta(hours=72), "72小时", "72 h"),
        (timedelta(days=30), "30天", "30 d"),
        (timedelta(seconds=30), "30秒", "30 s"),
        (timedelta(0), "0分钟", "0 min"),
    ],
)
def test_durations_are_said_as_people_say_them(length: timedelta, chinese: str, english: str) -> None:
    assert spoken(length, "zh") == chinese
    assert spoken(length, "en") == english
