"""`tocsin plan explain`: the plan as the document it replaces, with an action card for each role."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.plan.finding import Language, loaded, plan_folders
from service.cli.plan.writing import written

if TYPE_CHECKING:
    from plans.model import Plan, Text
    from service.explain.blocks import Document


def explain(
    name: Annotated[str, typer.Argument(help="A plan's name, or its file.")],
    as_html: Annotated[bool, typer.Option("--html", help="A page for screen, phone and print. This is the default.")] = False,
    as_docx: Annotated[bool, typer.Option("--docx", help="A document for a word processor.")] = False,
    as_pdf: Annotated[bool, typer.Option("--pdf", help="Printed by the Chromium that is installed here.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the document.")] = Language.ZH,
    output: Annotated[Path | None, typer.Option("--output", dir_okay=False, help="Write it to this file.")] = None,
) -> None:
    """Write the plan as the document it replaces: chapters, duties, deadlines, call tree, action cards. 预案文本与处置卡"""
    from service.explain.document import document

    if as_html + as_docx + as_pdf > 1:
        raise typer.BadParameter("one form at a time: --html, --docx or --pdf")
    if output is None and (as_docx or as_pdf) and sys.stdout.isatty():
        raise typer.BadParameter("a terminal cannot show this; name a file with --output")
    plan = loaded(name)
    content = _content(document(plan, lang.value, _titles(plan)), as_docx=as_docx, as_pdf=as_pdf)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        written(output, content)


def _titles(plan: "Plan") -> "dict[str, Text]":
    """Of the plans that this one proposes; one that cannot be loaded is called by its name."""
    from plans.catalog import load
    from plans.errors import PlanError

    titles = {}
    for link in plan.links.values():
        with suppress(PlanError):
            titles[link.plan] = load(link.plan, plan_folders()).title
    return titles


def _content(document: "Document", *, as_docx: bool, as_pdf: bool) -> bytes:
    # python-docx takes a while to load and only one of the three needs it
    if as_docx:
        from service.explain.docx import docx

        return docx(document)
    from service.explain.files import html, pdf

    return pdf(document) if as_pdf else html(document)
