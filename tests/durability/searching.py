"""How thoroughly the searches of this folder look."""

from hypothesis import HealthCheck, Phase, settings

IS_CHAOS = settings.get_current_profile_name() == "chaos"


def by_chance(few: int, many: int) -> settings:
    """`few` examples in `make test`, `many` in `make chaos`. A night takes too long for a failing one to be made small."""
    searched = tuple(phase for phase in Phase if phase is not Phase.shrink)
    examples = many if IS_CHAOS else few
    return settings(max_examples=examples, deadline=None, phases=searched, suppress_health_check=list(HealthCheck))
