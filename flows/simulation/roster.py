"""Who is on duty in a simulation: invented people for every role of the plan, where the scenario asks for them. Pure."""

from plans.model import Plan
from plans.scenario_model import Roster
from resources.model import Duty, Person, Shift

PHONES = ("wechat", "sms", "voice")


def invented(plan: Plan, roster: Roster) -> Duty:
    """So many people a role, each on duty all the time; the holders of a role share one deputy."""
    people: dict[str, Person] = {}
    shifts: list[Shift] = []
    for role in plan.roles.values():
        deputy = f"{role.name}-deputy" if roster.deputies else ""
        wanted = roster.roles.get(role.name, roster.people)
        for number in range(1, wanted + 1):
            name = f"{role.name}-{number}"
            people[name] = _person(name, f"{role.title.zh}{number}", deputy)
            shifts.append(Shift(role.name, name))
        if deputy and wanted:
            people[deputy] = _person(deputy, f"{role.title.zh}副", "")
    return Duty(people, tuple(shifts))


def _person(name: str, shown: str, deputy: str) -> Person:
    return Person(name, shown, dict.fromkeys(PHONES, name), deputy=deputy, exercises=True)
