"""A task graph as Mermaid text, for pages and notes that draw it themselves."""

from collections.abc import Iterator

from plans import graph_words as words
from plans.graph import Edge, EdgeKind, Graph, first_level
from plans.graph_legend import COLOURS
from plans.graph_words import Language
from plans.model import Level, Phase, Task

_brackets = {"task": ("(", ")"), "each": ("[[", "]]"), "report": ("[/", "/]"), "signal": ("{{", "}}")}


def mermaid(graph: Graph, language: Language) -> str:
    return "\n".join(_lines(graph, language)) + "\n"


def _lines(graph: Graph, language: Language) -> Iterator[str]:
    # the title is a comment: front matter is not read by every tool that draws Mermaid
    yield "flowchart TD"
    yield f"%% {_comment(words.heading(graph, language))}"
    if graph.critical.tasks:
        yield f"%% {_comment(words.critical(graph, language))}"
    response = [task for task in graph.tasks.values() if task.phase is Phase.RESPONSE and not task.signal]
    for task in response:
        yield f"  {_node(graph, task, language)}"
    signals = [task for task in graph.tasks.values() if task.signal]
    recovery = [task for task in graph.tasks.values() if task.phase is Phase.RECOVERY and not task.signal]
    for key, tasks in (("signals", signals), ("recovery", recovery)):
        if tasks:
            yield f'  subgraph group_{key} ["{_label(words.word(key, language))}"]'
            yield from (f"    {_node(graph, task, language)}" for task in tasks)
            yield "  end"
    yield from (f"  {_edge(edge, language)}" for edge in graph.edges)
    yield from _legend(graph, language)
    yield from _styles(graph)


def _node(graph: Graph, task: Task, language: Language) -> str:
    kind = "signal" if task.signal else "report" if task.report else "each" if task.each else "task"
    opening, closing = _brackets[kind]
    who = f"{words.role(graph, task, language)} {words.time(graph, task, language)}"
    head = f"{task.code} {words.say(task.title, language)}".strip()
    return f'{_id(task.name)}{opening}"{_label(head)}<br/>{_label(who)}"{closing}:::{_class(graph, task)}'


def _id(name: str) -> str:
    # 'end' and the like are words of Mermaid
    return f"task_{name}"


def _class(graph: Graph, task: Task) -> str:
    return f"level{first_level(task).name}" + ("critical" if task.name in graph.critical.tasks else "")


def _label(text: str) -> str:
    """A text as Mermaid takes it between quotes: what could end it or mean something is a number."""
    return "".join(f"#{ord(letter)};" if letter in '#;"<>&`*_{}[]()|\\' else letter for letter in " ".join(text.split()))


def _comment(text: str) -> str:
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def _edge(edge: Edge, language: Language) -> str:
    start, end = _id(edge.start), _id(edge.end)
    match edge.kind:
        case EdgeKind.WAITS:
            return f"{start} --> {end}"
        case EdgeKind.WAITS_AT_MOST:
            return f'{start} -->|"{_label(words.limit(edge, language))}"| {end}'
        case EdgeKind.REOPENS:
            return f'{start} -.->|"{_label(words.word("reopens", language))}"| {end}'


def _legend(graph: Graph, language: Language) -> Iterator[str]:
    levels = sorted({first_level(task) for task in graph.tasks.values()}, reverse=True)
    if levels:
        yield f'  subgraph group_legend ["{_label(words.word("levels", language))}"]'
        yield from (f'    legend_{each.name}("{_label(words.from_level(each, language))}"):::level{each.name}' for each in levels)
        yield "  end"


def _styles(graph: Graph) -> Iterator[str]:
    for level in Level:
        fill, stroke = COLOURS[level]
        yield f"  classDef level{level.name} fill:{fill},stroke:{stroke},color:#111827"
        yield f"  classDef level{level.name}critical fill:{fill},stroke:#111827,stroke-width:4px,color:#111827"
    chosen = [str(number) for number, edge in enumerate(graph.edges) if graph.critical.joins(edge)]
    if chosen:
        yield f"  linkStyle {','.join(chosen)} stroke:#111827,stroke-width:4px"
