"""`tocsin backup` and `tocsin restore`."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.output import AsJson, print_json


def backup(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write; gzipped where it ends in .gz.", dir_okay=False)
    ],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Keys and gateway addresses too: keep the file like a key.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy everything into one file, while Tocsin runs. 备份"""
    from service.backup.bundle import make
    from service.wiring import Home

    manifest = make(Home(), output, with_secrets=with_secrets)
    if as_json:
        print_json({"file": str(output), "made_at": manifest.made_at.isoformat(), "files": manifest.files})
        return
    secrets = "" if with_secrets else "; without keys and gateway addresses (--with-secrets)"
    typer.echo(f"{output}: {len(manifest.files)} files of {manifest.made_at.isoformat(timespec='seconds')}{secrets}")


def restore(
    file: Annotated[Path, typer.Argument(help="What 'tocsin backup' has written.", exists=True, dir_okay=False)],
    into: Annotated[Path, typer.Option("--into", help="A data folder that is empty or not there yet.", file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Make a data folder of a backup; on PostgreSQL, fill the empty database of TOCSIN_DATABASE_URL. 恢复"""
    from service.backup.restoring import restore as restored
    from service.folder import Folder, folder_from_environment
    from store.clock import clock_from_environment

    found = restored(file, Folder(into, folder_from_environment().database_url), clock_from_environment())
    if as_json:
        print_json(
            {
                "folder": str(into),
                "made_at": found.made_at.isoformat(),
                "responses": found.responses,
                "open": list(found.open),
                "in_doubt": found.in_doubt,
            }
        )
        return
    at = found.made_at.isoformat(timespec="seconds")
    typer.echo(f"{into}: {found.responses} responses as of {at}, every chain is whole; open: {', '.join(found.open) or 'none'}")
    typer.echo(f"{found.in_doubt} messages may have gone out since: their providers are asked before anything is sent again")
    typer.echo(f"go on with: TOCSIN_HOME={into} tocsin serve (never beside the installation that it was copied from)")
