"""`tocsin response verify`, `export`, `rebuild` and `replay`: the record as evidence, and what follows from it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.moments import FORMATS, moment_of
from service.cli.output import AsJson, print_json
from service.cli.plan.finding import Language

ResponseId = Annotated[str, typer.Argument(help="The response, as in R-261124-1a2b3c.")]
OneResponse = Annotated[str, typer.Argument(help="The response; left out with --all or --file.")]


def verify(
    response: OneResponse = "",
    every: Annotated[bool, typer.Option("--all", help="Every response, closed ones too.")] = False,
    file: Annotated[Path | None, typer.Option(help="An export instead: no database is needed.", dir_okay=False)] = None,
    manifest: Annotated[Path | None, typer.Option(help="Its manifest; FILE.manifest.json, if left out.", dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Walk the journal's chain; exit 1 at the first entry that was altered, is missing or stands in the wrong place. 验真"""
    if (bool(response), every, file is not None).count(True) != 1:
        raise typer.BadParameter("expected one of: a response, --all, --file FILE")
    if file:
        _verify_file(file, manifest, as_json=as_json)
        return
    from service.desk.verifying import every_verified, verified
    from service.wiring import Home

    database = Home().database
    found = every_verified(database) if every else [verified(database, response)]
    if as_json:
        print_json([each.as_json() for each in found] if every else found[0].as_json())
    else:
        for each in found:
            typer.echo(each.fault or f"{each.response}: {each.entries} entries, the chain is whole, last hash {each.last}")
    if any(each.fault for each in found):
        raise typer.Exit(1)


def export(
    response: ResponseId,
    output: Annotated[Path, typer.Option("--output", "-o", help="A file, or a folder for R-….jsonl.")] = Path(),
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="KEY.pem", dir_okay=False, help="Sign it: Ed25519 or P-256, no password.")
    ] = None,
    without_names: Annotated[bool, typer.Option(help="Leave people's names out; the chain can be checked all the same.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the journal as JSON Lines, with a manifest to check it by. 导出记录"""
    from service.record.export import ExportError, write_export
    from service.wiring import Home

    home = Home()
    try:
        key = sign.read_bytes() if sign else None
    except OSError as cause:
        raise ExportError(str(sign), f"cannot be read ({cause.strerror}); expected a private key in PEM") from cause
    file = output / f"{response}.jsonl" if output.is_dir() or not output.suffix else output
    written = write_export(home.database, response, file, home.clock.now(), key=key, with_names=not without_names)
    if as_json:
        print_json({"response": response, "files": [str(path) for path in written]})
    else:
        typer.echo(f"{response}: written to {', '.join(map(str, written))}")


def rebuild(
    response: OneResponse = "",
    every: Annotated[bool, typer.Option("--all", help="Every response.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what differs; exit 1 if anything does.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make anew what is kept beside the journal (snapshot, tasks, clocks), where it differs from the entries. 重建"""
    if bool(response) is every:
        raise typer.BadParameter("expected a response, or --all")
    from service.desk.verifying import compared, rebuilt
    from service.wiring import Home

    found = (compared if check else rebuilt)(Home().database, response)
    if as_json:
        print_json({"differences": found, "rebuilt": bool(found) and not check})
    else:
        for line in found or ["everything is as the entries lead to"]:
            typer.echo(line)
        if found and not check:
            typer.echo(f"made anew from the entries: {len(found)} differences")
    if found and check:
        raise typer.Exit(1)


def replay(
    response: ResponseId,
    at: Annotated[datetime, typer.Option("--at", help="As 02:10 or 2026-09-04T02:10.", formats=FORMATS)],
    lang: Annotated[Language | None, typer.Option(help="In words, in this language: zh or en.")] = None,
    as_json: AsJson = False,
) -> None:
    """What the desk knew at that time: as `show`, from what had been written down by then. 回放"""
    from service.cli.replay_pictures import print_replay
    from service.desk.replay_views import replayed
    from service.record.told import told_entries
    from service.wiring import Home

    home = Home()
    moment = moment_of(at, home.zone, home.clock.now())
    assert moment is not None, "a time was given"
    view, plan = replayed(home.engine, response, moment)
    if as_json:
        print_json(view)
        return
    later = {each["entry"] for each in view["entered_later"]}
    late = [each for each in told_entries(home.engine, response, home.zone, view["entries"]) if each.number in later]
    print_replay(view, plan, late, home.zone, lang.value if lang else None)


def _verify_file(file: Path, manifest: Path | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from service.record.export import check_export, manifest_of

    found = check_export(file, manifest or manifest_of(file))
    if as_json:
        print_json({**asdict(found), "whole": True})
        return
    signed = f"signed with the key {found.signed_by}" if found.signed_by else "not signed"
    typer.echo(f"{file}: {found.response}, {found.entries} entries, the chain is whole, last hash {found.last}; {signed}")
