"""A link names another plan, one beside this file or in the library."""

from collections.abc import Iterator
from pathlib import Path

from plans.diagnostic import Diagnostic, fault, nearest
from plans.draft import Draft
from plans.extending import library, names_in

RULE = "known-plans"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    folders = (Path(draft.root.mark.file).parent, library)
    for name, link in draft.links.items():
        mark = draft.mark("links", name, "plan")
        if link.plan == draft.name:
            yield fault(mark, f"the plan {link.plan!r} is linked to itself", "another plan", RULE)
        elif link.plan and not any(_is_in(folder, link.plan) for folder in folders):
            known = sorted({each for folder in folders for each in names_in(folder) if "/" not in each and each != draft.name})
            what = f"there is no plan {link.plan!r}"
            yield fault(mark, what, "a plan beside this one or in the library", RULE, suggestion=nearest(link.plan, known))


def _is_in(folder: Path, name: str) -> bool:
    return "/" not in name and (folder / f"{name}.yaml").is_file()
