"""Links to other plans (a landslide dams a river): each rise of the condition proposes the other plan to a person, once. Pure.

Nothing here starts anything: `flows.proposals.links` makes a proposal of it, and a person accepts or declines that.
"""

from flows.deciding.authority import alert_roles
from flows.deciding.climbing import tell_roles
from flows.deciding.draft import Draft
from flows.deciding.levels.levels import holds, values_in
from flows.model.events import LinkConditionBroken, LinkProposed
from plans.expressions import Truth
from plans.model import Link


def watch_links(draft: Draft) -> None:
    """A condition that becomes unknown has not fallen: only false makes room for another proposal."""
    # a stored plan has its names in another order than its file
    for _, link in sorted(draft.plan.links.items()):
        verdict, is_linked = holds(draft.plan, link.when, draft.state), link.name in draft.state.situation.linked
        if verdict is Truth.TRUE and not is_linked:
            _propose(draft, link)
        elif verdict is Truth.FALSE and is_linked:
            draft.add(LinkConditionBroken(at=draft.now, link=link.name))


def _propose(draft: Draft, link: Link) -> None:
    known = values_in(draft.plan, draft.state)
    draft.add(
        LinkProposed(
            at=draft.now,
            link=link.name,
            plan=link.plan,
            level=link.level,
            condition=link.when,
            facts={there: known[here] for there, here in link.facts.items() if here in known},
            reason=link.reason,
            told=tell_roles(draft.duty, alert_roles(draft.plan), draft.now),
        )
    )
