"""Where the elements of a plan are written, through all that it extends."""

from collections.abc import Mapping as MappingType
from pathlib import Path

from plans.diagnostic import Mark
from plans.extending import read_with_bases
from plans.reader import Mapping


def role_marks(path: Path) -> MappingType[str, Mark]:
    """The place of each role of a plan that checks; a base's role stands in the base's file."""
    root, _ = read_with_bases(path)
    section = root.entries["roles"].value if root and "roles" in root.entries else None
    return {name: entry.key for name, entry in section.entries.items()} if isinstance(section, Mapping) else {}
