"""Plans by name: the user's folders first, then the shipped library."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from plans.compiler import compile_file
from plans.errors import UnknownPlanError
from plans.extending import library, names_in
from plans.model import Plan
from plans.reader import Mapping, read


def find(name: str | Path, folders: Sequence[Path] = ()) -> Path:
    """The file of a plan, by its name in a folder (`flood`) or by its path. Error: `UnknownPlanError`."""
    direct = Path(name)
    if direct.suffix in (".yaml", ".yml") or direct.is_file():
        if direct.is_file():
            return direct
        raise UnknownPlanError(str(name), known(folders))
    for folder in (*folders, library):
        candidate = folder / f"{name}.yaml"
        # a name must not lead out of its folder
        if candidate.is_file() and candidate.resolve().is_relative_to(folder.resolve()):
            return candidate
    raise UnknownPlanError(str(name), known(folders))


def load(name: str | Path, folders: Sequence[Path] = ()) -> Plan:
    """The checked plan of that name. Errors: `UnknownPlanError`, `PlanUnreadableError`, `PlanFaultsError`."""
    return compile_file(find(name, folders))


def known(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """Every plan that `find` finds by name, base plans and drill scenarios aside."""
    return tuple(sorted(set(_plans((*folders, library)))))


def plans_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The plans and bases in a folder and those below it; and its other YAML files, such as scenarios."""
    files = sorted(each for each in folder.rglob("*") if each.suffix in (".yaml", ".yml") and each.is_file())
    others = [each for each in files if not _may_be_a_plan(each)]
    return [each for each in files if each not in others], others


def _may_be_a_plan(file: Path) -> bool:
    """What cannot be read may be one: the check says what is wrong with it."""
    try:
        root, _ = read(file)
    except OSError:
        return True
    if not isinstance(root, Mapping):
        return True
    return "scenario" not in root.entries and not {"plan", "base", "extends"}.isdisjoint(root.entries)


def _plans(folders: Iterable[Path]) -> Iterable[str]:
    for folder in folders:
        yield from (name for name in names_in(folder) if "/" not in name)
