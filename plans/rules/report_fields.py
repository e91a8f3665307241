"""The facts that a report shows have names of their own: its text knows them beside incident, place, level, plan and others.

These are `report_number`, `incident`, `place`, `level`, `plan`, `occurred`, `learned` and `now`.
"""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft
from plans.template import report_variables

RULE = "report-fields"
NEEDS_WHOLE = False


def check(draft: Draft) -> Iterator[Diagnostic]:
    for name, task in draft.tasks.items():
        seen: set[str] = set()
        for index, field in enumerate(task.report.fields if task.report else ()):
            mark = draft.task_mark(name, "fields", index)
            if field in report_variables:
                yield fault(
                    mark,
                    f"the fact {field!r} has the name of something every report knows",
                    "nothing here, or another name for the fact",
                    RULE,
                )
            elif field in seen:
                yield fault(mark, f"the fact {field!r} is named twice", "each field once", RULE)
            seen.add(field)
