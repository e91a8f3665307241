"""What the desk knew at a moment, in a terminal: the response as it stood, the next clocks, and what was entered only later."""

from datetime import datetime, tzinfo

from rich.console import Console

from flows.running.calls import spoken
from plans.model import Plan, Text
from service.cli.pictures import local_time, print_response, words
from service.cli.told_pictures import print_told_response
from service.plain import Json
from service.record.told import ToldEntry

SHOWN_CLOCKS = 12
_KNOWN = Text(
    "[bold]{at}（{zone}）当时所知[/bold]：第{number}条为止；此后另有{since}条",
    "[bold]known at {at} ({zone})[/bold]: up to entry {number}; {since} more since",
)
_CLOCKS = Text("当时在走的时限：", "clocks that ran:")
_MORE = Text("……另有{count}个", "… and {count} more")
_LATER = Text("当时已发生、事后才录入的（当时不知道）：", "had happened by then and was entered only later (not known then):")
_ENTERED = Text("第{number}条  {at} 发生，{entered} 录入  {told}", "entry {number}: of {at}, entered {entered}: {told}")


def print_replay(view: Json, plan: Plan, late: list[ToldEntry], zone: tzinfo, language: str | None) -> None:
    """In words where a language is asked for; otherwise as `response show` has it."""
    console, said = Console(highlight=False), language or "en"
    heading = {"at": local_time(view["known_at"], zone), "zone": zone, "number": view["entries"], "since": view["entries_since"]}
    console.print(spoken(_KNOWN, said).format(**heading), soft_wrap=True)
    if language in ("zh", "en"):
        print_told_response(view, plan, zone, "zh" if language == "zh" else "en")
    else:
        print_response(view, zone)
    _print_clocks(console, view, plan, zone, said)
    if late:
        console.print(spoken(_LATER, said), soft_wrap=True)
    for each in late:
        at, entered = _at(each.at, zone), _at(each.recorded_at, zone)
        told = words(spoken(each.words, said))
        console.print(f"  {spoken(_ENTERED, said).format(number=each.number, at=at, entered=entered, told=told)}", soft_wrap=True)


def _print_clocks(console: Console, view: Json, plan: Plan, zone: tzinfo, language: str) -> None:
    if not view["clocks"]:
        return
    console.print(spoken(_CLOCKS, language))
    for clock in view["clocks"][:SHOWN_CLOCKS]:
        task = plan.tasks.get(clock["assignment"].rpartition(".")[0] or clock["assignment"])
        title = spoken(task.title, language) if task else ""
        about = " ".join(part for part in (clock["assignment"], title, f"[{clock['clock']}/{clock['name']}]") if part)
        console.print(f"  {local_time(clock['due'], zone)}  {words(about)}", soft_wrap=True)
    if view["clocks"][SHOWN_CLOCKS:]:
        console.print(f"  {spoken(_MORE, language).format(count=len(view['clocks']) - SHOWN_CLOCKS)}")


def _at(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
