"""A plan document as DOCX, for those who edit and sign in a word processor: real headings, tables, page breaks, a page header."""

from io import BytesIO

import docx as python_docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from service.explain.blocks import Block, Card, Chain, Document, Heading, Items, Paragraph, Table

_page_width, _page_height, _margin, _text_width = Mm(210), Mm(297), Mm(18), 174
_body, _head, _latin = "仿宋", "黑体", "Times New Roman"
_card_sizes = (9.5, 9.0, 8.0, 7.0)
_red, _grey, _ink = RGBColor(0xB9, 0x1C, 0x1C), RGBColor(0x55, 0x55, 0x55), RGBColor(0x11, 0x11, 0x11)


def docx(document: Document) -> bytes:
    word = python_docx.Document()
    _prepare(word, document)
    title = word.add_paragraph(_safe(document.title), style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    subtitle = word.add_paragraph(_safe(document.subtitle), style="Subtitle")
    subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in document.blocks:
        _add(word, block)
    content = BytesIO()
    word.save(content)
    return content.getvalue()


def _prepare(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = _page_width, _page_height
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _margin
    head = section.header.paragraphs[0]
    head.text, head.alignment = _safe(document.running), WD_ALIGN_PARAGRAPH.CENTER
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(foot)
    word.core_properties.title = _safe(document.title)
    word.core_properties.author = ""
    for name, font, size, colour in (
        ("Normal", _body, 11, _ink),
        ("Title", _head, 22, _ink),
        ("Subtitle", _body, 11, _grey),
        ("Heading 1", _head, 16, _ink),
        ("Heading 2", _head, 13, _ink),
        ("Heading 3", _head, 11, _red),
        ("Header", _body, 9, _grey),
        ("Footer", _body, 9, _grey),
    ):
        style = word.styles[name]
        if isinstance(style, ParagraphStyle):
            _dress(style, font, size, colour)


def _dress(style: ParagraphStyle, font: str, size: float, colour: RGBColor) -> None:
    style.font.name, style.font.size, style.font.color.rgb, style.font.italic = _latin, Pt(size), colour, False
    style.paragraph_format.space_after = Pt(4)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # a theme would win over the names
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:eastAsia"), font)


def _page_number(paragraph: WordParagraph) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _add(word: WordDocument, block: Block, size: float = 9.0) -> None:
    match block:
        case Heading(text, depth):
            word.add_heading(_safe(text), level=depth)
        case Paragraph(text, quiet):
            run = word.add_paragraph().add_run(_safe(text))
            if quiet:
                run.font.size, run.font.color.rgb = Pt(9.5), _grey
        case Items(lines):
            for line in lines:
                word.add_paragraph(style="List Bullet").add_run(_safe(line)).font.size = Pt(size + 0.5)
        case Table():
            _add_table(word, block, size)
        case Chain():
            _add_chain(word, block)
        case Card():
            _add_card(word, block)


def _add_table(word: WordDocument, block: Table, size: float) -> None:
    table = word.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        _write(cell, column, size, bold=True)
    _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for row in block.rows:
        added = table.add_row()
        _mark(added._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, text in zip(added.cells, row, strict=True):
            _write(cell, text, size)
    total = sum(block.widths)
    for column_number, part in enumerate(block.widths):
        # some word processors go by the grid, others by the cells
        table.columns[column_number].width = Mm(_text_width * part / total)
        for cell in table.columns[column_number].cells:
            cell.width = Mm(_text_width * part / total)
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _mark(properties: object, name: str) -> None:
    properties.append(OxmlElement(name))  # type: ignore[attr-defined]  # python-docx leaves its elements untyped


def _write(cell: _Cell, text: str, size: float, *, bold: bool = False) -> None:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(_safe(line))
        run.font.size, run.font.bold = Pt(size), bold


def _add_chain(word: WordDocument, block: Chain) -> None:
    heading = word.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    heading.add_run(_safe(block.title)).font.bold = True
    if block.steps:
        table = word.add_table(rows=1, cols=len(block.steps), style="Table Grid")
        for cell, step in zip(table.rows[0].cells, block.steps, strict=True):
            _write(cell, f"{step.at}\n{step.who}\n{step.how}", 8.5)
    note = word.add_paragraph().add_run(_safe(block.note))
    note.font.size, note.font.color.rgb = Pt(9), _grey


def _add_card(word: WordDocument, block: Card) -> None:
    heading = word.add_heading(_safe(block.title), level=2)
    heading.paragraph_format.page_break_before = True
    word.add_paragraph().add_run(_safe(block.subtitle)).font.color.rgb = _grey
    for inner in block.blocks:
        _add(word, inner, _card_sizes[block.density])


def _safe(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
