"""The profile of `make chaos`."""

import tests.durability.searching  # noqa: F401  # the profile must be known before it is chosen
