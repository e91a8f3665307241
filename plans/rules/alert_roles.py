"""A plan with triggers says whom their proposals reach: at least one role has `alert: true`."""

from collections.abc import Iterator

from plans.diagnostic import Diagnostic, fault
from plans.draft import Draft

RULE = "alert-roles"
NEEDS_WHOLE = True


def check(draft: Draft) -> Iterator[Diagnostic]:
    if draft.triggers and not any(role.alert for role in draft.roles.values()):
        yield fault(draft.key_mark("roles"), "no role is told of proposals", "'alert: true' on one, such as duty_officer", RULE)
