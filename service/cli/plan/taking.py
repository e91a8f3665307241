"""`tocsin plan import`: a CACAO playbook or a task list in a spreadsheet as a draft, and what of it could not be taken."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.plan.answers import plan_name
from service.cli.plan.finding import FAULTS, UNUSABLE, end_with

if TYPE_CHECKING:
    from plans.diagnostic import Diagnostic
    from plans.table_import_result import Imported

_shown = 40


def take(
    file: Annotated[Path, typer.Argument(help="A CACAO playbook (.json), or a task list (.xlsx, .csv).")],
    name: Annotated[str, typer.Option(help="The plan's name. Default: the playbook's, or the name of the file.")] = "",
    title: Annotated[str, typer.Option(help="The title of a plan made from a task list.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", dir_okay=False, help="The file to write. Default: in the data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Make the draft of a plan from others' files: exit 0 all was taken, 1 some was not, 2 it cannot be read. 导入预案草稿"""
    from plans.errors import PlanError

    own = plan_name(name) if name else ""
    try:
        found = _imported(file, _content(file), own, title)
    except PlanError as error:
        end_with(error)
    target = output or _own_place(found.name)
    faults = _written(target, found)
    if as_json:
        typer.echo(json.dumps(_told(target, found, faults), ensure_ascii=False, indent=2))
    else:
        _print(target, found, faults)
    if found.not_taken or faults:
        raise typer.Exit(FAULTS)


def _content(file: Path) -> bytes:
    from plans.table_import_files import size_limit

    try:
        with file.open("rb") as stream:
            # one byte more than is allowed, so that a longer file is seen to be one
            return stream.read(size_limit + 1)
    except OSError as cause:
        typer.echo(f"{file}: cannot be read ({cause.strerror}); expected a playbook or a task list", err=True)
        raise typer.Exit(UNUSABLE) from cause


def _imported(file: Path, content: bytes, name: str, title: str) -> "Imported":
    """By what stands in the file, whatever it is called."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        from plans.cacao_import import imported as playbook

        return playbook(file.name, content, name)
    from plans.table_import import imported as table
    from plans.table_import_draft import named

    return table(file.name, content, name or named(file.stem, "imported", ()), title or file.stem)


def _own_place(name: str) -> Path:
    from service.folder import folder_from_environment

    return folder_from_environment().plans / f"{plan_name(name)}.yaml"


def _written(target: Path, found: "Imported") -> "list[Diagnostic]":
    """Writes a new file; what the check finds wrong in it is said at its top."""
    from plans.compiler import check_file
    from plans.diagnostic import Severity
    from plans.json_schema import written as schema_text

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as stream:
            stream.write(found.text)
        schema = target.parent / "plan.schema.json"
        if not schema.exists():
            schema.write_text(schema_text(), encoding="utf-8")
        faults = [each for each in check_file(target) if each.severity is Severity.ERROR]
        if faults:
            first, _, rest = found.text.partition("\n")
            told = "".join(f"#   {' '.join(each.message.split())} [{each.rule}]\n" for each in faults)
            target.write_text(f"{first}\n# 检查未通过 / It does not check yet:\n{told}{rest}", encoding="utf-8")
    except FileExistsError as cause:
        typer.echo(f"{target}: is already there and was not touched; choose another file with --output", err=True)
        raise typer.Exit(UNUSABLE) from cause
    except OSError as cause:
        typer.echo(f"{target}: cannot be written ({cause.strerror}); name another file with --output", err=True)
        raise typer.Exit(UNUSABLE) from cause
    return faults


def _told(target: Path, found: "Imported", faults: "list[Diagnostic]") -> dict[str, object]:
    return {
        "file": str(target),
        "plan": found.name,
        "tasks": found.tasks,
        "checks": not faults,
        "signed_by": list(found.signed_by),
        "missing": list(found.missing),
        "not_taken": [each.as_json() for each in found.not_taken],
        "faults": [each.as_json() for each in faults],
    }


def _print(target: Path, found: "Imported", faults: "list[Diagnostic]") -> None:
    typer.echo(f"{target}: {found.tasks} tasks" + ("" if faults else ", and it checks"))
    for each in found.signed_by:
        typer.echo(f"签名有效 / signed by {each}: ask them whether the key is theirs")
    for words, lines in (
        ("尚缺 / still missing", list(found.missing)),
        ("未采用 / not taken", [str(each) for each in found.not_taken]),
        ("检查 / the check", [each.message for each in faults]),
    ):
        if lines:
            typer.echo(f"{words} ({len(lines)})")
        for line in lines[:_shown]:
            typer.echo(f"  {line}")
        if len(lines) > _shown:
            typer.echo(f"  … {len(lines) - _shown} more: --json tells all of them")
