"""`extends:` puts the plan over its base plans: mappings are merged by key, the plan wins, an empty value removes a key.

Each node keeps its own file and place.
"""

import os
from pathlib import Path

from plans.diagnostic import Diagnostic, fault, nearest
from plans.reader import Entry, Mapping, Node, Scalar, Sequence, read

library = Path(__file__).parent / "library"
"""The folder of the shipped plans."""
base_limit = 8
"""How many plans may stand under each other."""
file_limit = 32
"""How many bases are read for one plan, those of its bases and those named twice included."""


def read_with_bases(path: Path) -> tuple[Mapping | None, list[Diagnostic]]:
    """One tree from a plan and everything it extends; raises OSError when the plan itself cannot be read."""
    return _read(path, (), [])


def names_in(folder: Path) -> tuple[str, ...]:
    """The plans in a folder as `extends` names them: paths without the ending."""
    return tuple(sorted(str(each.relative_to(folder).with_suffix("")) for each in folder.rglob("*.yaml")))


def merge(base: Mapping, over: Mapping) -> Mapping:
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = entries.get(key)
        if below is None:
            entries[key] = entry
        elif isinstance(entry.value, Scalar) and entry.value.is_null:
            del entries[key]
        elif isinstance(entry.value, Mapping) and isinstance(below.value, Mapping):
            entries[key] = Entry(entry.key, merge(below.value, entry.value))
        else:
            entries[key] = entry
    return Mapping(over.mark, entries)


def _read(path: Path, below: tuple[Path, ...], files: list[Path]) -> tuple[Mapping | None, list[Diagnostic]]:
    node, faults = read(_shown(path))
    if node is None:
        return None, faults
    if not isinstance(node, Mapping):
        return None, [*faults, fault(node.mark, "the file is not a mapping", "the keys of a plan, such as 'plan: flood'", "yaml")]
    extends = node.entries.pop("extends", None)
    if below:
        node.entries.pop("base", None)
    whole: Mapping | None = None
    for item in _items(extends.value) if extends else []:
        base, base_faults = _base(item, path, (*below, path), files)
        faults += base_faults
        if base is None:
            # whatever the base brings would be missing: one fault is enough
            return None, faults
        whole = base if whole is None else merge(whole, base)
    return (node if whole is None else merge(whole, node)), faults


def _base(item: Node, path: Path, below: tuple[Path, ...], files: list[Path]) -> tuple[Mapping | None, list[Diagnostic]]:
    if not isinstance(item, Scalar) or not item.text:
        return None, [fault(item.mark, "'extends' names no plan", "a name such as base/municipal, or a list", "extends")]
    candidates = [folder / f"{item.text}.yaml" for folder in (path.parent, library)]
    found = next((each for each in candidates if each.is_file()), None)
    if found is None:
        known = [each for each in names_in(library) if each.startswith("base/")]
        expected = "a plan beside this one or in the library: " + ", ".join(known)
        what = f"there is no plan {item.text!r} to extend"
        return None, [fault(item.mark, what, expected, "extends", suggestion=nearest(item.text, known))]
    if any(found.samefile(each) for each in below) or len(below) >= base_limit:
        return None, [fault(item.mark, f"{item.text!r} extends itself in the end", "bases that end somewhere", "extends")]
    if len(files) >= file_limit:
        return None, [fault(item.mark, f"the plan extends more than {file_limit} files", "each base once, and few", "extends")]
    files.append(found)
    return _read(found, below, files)


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, Sequence) else [node]


def _shown(path: Path) -> Path:
    """The shortest way to write a path: from the present folder when it is inside."""
    relative = Path(os.path.relpath(path))
    return path if relative.parts[:1] == ("..",) else relative
