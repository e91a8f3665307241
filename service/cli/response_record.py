"""`tocsin response verify` and `export`: the record as evidence."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.output import AsJson, print_json

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


def _verify_file(file: Path, manifest: Path | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from service.record.export import check_export, manifest_of

    found = check_export(file, manifest or manifest_of(file))
    if as_json:
        print_json({**asdict(found), "whole": True})
        return
    signed = f"signed with the key {found.signed_by}" if found.signed_by else "not signed"
    typer.echo(f"{file}: {found.response}, {found.entries} entries, the chain is whole, last hash {found.last}; {signed}")
