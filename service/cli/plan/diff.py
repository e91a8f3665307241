"""`tocsin plan diff`: what changed in meaning between two plans or two versions of one."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.plan.finding import UNUSABLE, Language, loaded

if TYPE_CHECKING:
    from plans.diff import Difference
    from plans.model import Plan

_differs = 1


def diff(
    plans: Annotated[list[str] | None, typer.Argument(metavar="OLD NEW", help="Names of plans, or files.")] = None,
    version: Annotated[
        list[str] | None,
        typer.Option("--version", metavar="DIGEST", help="A stored version in place of OLD; twice, in place of both."),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the sentences.")] = Language.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON.")] = False,
) -> None:
    """Tell what changed in meaning, less safe first: exit 0 when nothing did, 1 when something did, 2 when one cannot be read."""
    from plans.diff import differences

    old, new = _both(version or [], plans or [])
    found = differences(old, new)
    if as_json:
        told = {"old": _about(old), "new": _about(new), "differences": [each.as_json() for each in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(old, new, found, lang)
    if found:
        raise typer.Exit(_differs)


def _both(versions: list[str], names: list[str]) -> "tuple[Plan, Plan]":
    if len(versions) + len(names) != 2:
        raise typer.BadParameter("expected two plans: OLD NEW, --version DIGEST NEW, or --version DIGEST --version DIGEST")
    old, new = [*(_stored(digest) for digest in versions), *(_usable(name) for name in names)]
    return old, new


def _usable(name: str) -> "Plan":
    """As `loaded`; here 1 says that the plans differ, so that one with faults is 2."""
    try:
        return loaded(name)
    except typer.Exit as end:
        raise typer.Exit(UNUSABLE) from end


def _stored(digest: str) -> "Plan":
    """A version that a response ran under; the first letters of its digest are enough."""
    from flows.running.plan_versions import beginning_with
    from service.wiring import Home

    with Home().database.read() as connection:
        return beginning_with(connection, digest)


def _about(plan: "Plan") -> dict[str, str]:
    return {"plan": plan.name, "version": plan.version, "digest": plan.digest}


def _print(old: "Plan", new: "Plan", found: "list[Difference]", lang: Language) -> None:
    from plans.diff import GROUPS

    chinese = lang is Language.ZH
    typer.echo(f"{old.name} {old.version} ({old.digest[:12]}) → {new.name} {new.version} ({new.digest[:12]})")
    if not found:
        typer.echo("含义没有改变" if chinese else "no change in meaning")
    for importance, words in GROUPS.items():
        of_group = [each for each in found if each.importance is importance]
        if of_group:
            typer.echo(f"\n{words.zh if chinese else words.en} ({len(of_group)})")
        for each in of_group:
            typer.echo(f"  {each.sentence.zh if chinese else each.sentence.en}  [{each.path}]")
