"""Where the plans are that a command is about, and how it ends when one of them cannot be used."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from plans.errors import PlanError
    from plans.model import Plan

FAULTS, UNUSABLE = 1, 2


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


def plan_folders() -> tuple[Path, ...]:
    """The bureau's own plans, `plans` in the data folder, before the shipped ones."""
    from service.folder import folder_from_environment

    folder = folder_from_environment().plans
    return (folder,) if folder.is_dir() else ()


def loaded(name: str) -> "Plan":
    """The checked plan of that name or file; the command ends when there is none."""
    from plans.catalog import load
    from plans.errors import PlanError

    try:
        return load(name, plan_folders())
    except PlanError as error:
        end_with(error)


def end_with(error: "PlanError") -> NoReturn:
    from plans.errors import PlanFaultsError

    typer.echo(str(error), err=True)
    raise typer.Exit(FAULTS if isinstance(error, PlanFaultsError) else UNUSABLE) from error
