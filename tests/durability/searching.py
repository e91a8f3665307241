"""How thoroughly to search: a little in `make test`, thousands of kills in `make chaos` (`--hypothesis-profile=chaos`)."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("chaos", deadline=None)


def is_chaos() -> bool:
    """Not before the tests are collected: until then no profile has been chosen."""
    return settings.get_current_profile_name() == "chaos"


def by_chance(few: int, many: int) -> settings:
    """`few` examples in `make test`, always the same; `many` others in `make chaos`. None is made small: that takes too long."""
    searched = tuple(phase for phase in Phase if phase is not Phase.shrink)
    examples = many if is_chaos() else few
    return settings(
        max_examples=examples,
        deadline=None,
        phases=searched,
        suppress_health_check=list(HealthCheck),
        derandomize=not is_chaos(),
    )
