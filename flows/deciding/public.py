"""People outside the directory are told (公众告知): somebody who may approve the level in force stands for the words. Pure."""

from flows.deciding.authority import require
from flows.deciding.draft import Draft
from flows.model.commands import TellPublic
from flows.model.events import PublicTold


def tell_public(draft: Draft, command: TellPublic) -> None:
    """Errors: `NotAuthorisedError`, `UnknownNameError`."""
    approver = command.approved_by or command.by
    roles = draft.plan.levels[draft.state.level].approve
    require(draft.duty, "tell the public", approver, roles, draft.now, "name one of them with --approved-by")
    people = (draft.duty.people.get(person) for person in (command.by, approver))
    draft.add(
        PublicTold(
            at=draft.now,
            by=command.by,
            via=command.via,
            text=command.text,
            audience=command.audience,
            people=command.people,
            step=command.step,
            approved_by=approver,
            names={person.id: person.name for person in people if person},
        )
    )
