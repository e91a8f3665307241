"""A plan as the document it replaces: the chapters in the customary order, then an action card for each role."""

from collections.abc import Iterator, Mapping

from plans.graph_words import Language
from plans.model import Plan, Text
from service.explain import chapters, tasks
from service.explain.blocks import Block, Document, Heading, Paragraph
from service.explain.cards import cards
from service.explain.teller import Teller
from service.explain.words import WORDS


def document(plan: Plan, language: Language, titles: Mapping[str, Text] | None = None) -> Document:
    """`titles` of the plans that this one proposes, by name."""
    teller = Teller(plan, language, titles)
    colon = teller.two("：", ": ")
    version = f"{teller.word('version')}{colon}{plan.version}"
    digest = f"{teller.word('digest')}{colon}{plan.digest[:12]}"
    subtitle = " · ".join([f"{teller.word('owner')}{colon}{plan.owner}", version, digest])
    title = teller.say(plan.title)
    return Document(language, title, subtitle, f"{title} · {version} · {digest}", tuple(_blocks(plan, teller)))


def _blocks(plan: Plan, teller: Teller) -> Iterator[Block]:
    yield Heading(f"1 {teller.word('general')}")
    yield from chapters.basis(plan, teller)
    yield Heading(f"2 {teller.word('grades')}")
    yield from chapters.grades(plan, teller)
    yield Heading(f"3 {teller.word('organisation')}")
    yield from chapters.organisation(plan, teller)
    yield Heading(f"4 {teller.word('monitoring')}")
    yield from chapters.monitoring(plan, teller)
    yield Heading(f"5 {teller.word('response')}")
    yield Heading(f"5.1 {teller.word('levels')}", 2)
    yield from chapters.levels(plan, teller)
    yield from tasks.response(plan, teller)
    yield Heading(f"6 {teller.word('reports')}")
    yield from tasks.reports(plan, teller)
    yield Heading(f"7 {teller.word('signals')}")
    yield from tasks.signals(plan, teller)
    yield Heading(f"8 {teller.word('changes')}")
    yield from chapters.changes(plan, teller)
    yield Heading(f"9 {teller.word('end')}")
    yield from chapters.end(plan, teller)
    yield Heading(f"10 {teller.word('recovery')}")
    yield from tasks.recovery(plan, teller)
    yield Heading(f"11 {teller.word('annexes')}")
    yield Heading(f"11.1 {teller.word('call_tree')}", 2)
    yield from tasks.call_tree(plan, teller)
    yield Heading(f"11.2 {teller.word('facts')}", 2)
    yield from chapters.facts(plan, teller)
    yield Heading(f"11.3 {teller.word('drills')}", 2)
    yield Paragraph(_drills(plan, teller), quiet=plan.drill is None)
    yield Heading(f"11.4 {teller.word('cards')}", 2)
    yield from cards(plan, teller)


def _drills(plan: Plan, teller: Teller) -> str:
    if plan.drill is None:
        return teller.word("no_drills")
    forms = teller.listed(teller.word(form) if form in WORDS else form.replace("_", " ") for form in plan.drill.forms)
    # `2 y` and `2y` are the same
    count, unit = plan.drill.every[:-1].strip(), teller.word(f"cadence_{plan.drill.every[-1]}")
    return teller.named(f"{teller.word('every')} {count} {unit if count != '1' else unit.removesuffix('s')}", forms)
