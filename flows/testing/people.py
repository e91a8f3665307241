"""Fakes for stories: people and who is on duty."""

from collections.abc import Iterable

from resources.model import Duty, Person, Shift


def person(name: str, deputy: str = "", *, exercises: bool = True, **more: str) -> Person:
    number = f"199{sum(ord(letter) << (3 * place) for place, letter in enumerate(name)) % 10**8:08d}"
    addresses = {"sms": number, "wechat": name, "voice": number, **more}
    return Person(name, name.title(), addresses, deputy=deputy, exercises=exercises)


def small_duty() -> Duty:
    """One person a role; `wang` patrols and has the deputy `li`; nobody is `office`."""
    people = [person("zhao"), person("qian"), person("sun"), person("wang", "li"), person("li"), person("wu")]
    roles = {"duty_officer": "zhao", "duty_leader": "qian", "deputy_commander": "sun", "patrol": "wang", "town": "wu"}
    return Duty({each.id: each for each in people}, tuple(Shift(role, who) for role, who in roles.items()))


def duty_of(people: Iterable[Person], **roles: str | tuple[str, ...]) -> Duty:
    """A roster on which each role is held all the time by the people named."""
    held = ((role, (who,) if isinstance(who, str) else who) for role, who in roles.items())
    shifts = tuple(Shift(role, each) for role, people_there in held for each in people_there)
    return Duty({each.id: each for each in people}, shifts)
