"""The one place where chance comes in: a seeded generator, handed to whoever needs it. Never for secrets."""

import random


class Chance:
    """The same seed gives the same draws, in every process and on every machine."""

    def __init__(self, seed: str) -> None:
        # a text is hashed the same everywhere; a number of another type would not be
        self._random = random.Random(seed)
        self.share = self._random.random
        """At or above 0, below 1."""

    def happens(self, probability: float) -> bool:
        """Draws also where the answer is sure, so that one figure changed in a scenario leaves the other draws as they were."""
        return self.share() < probability

    def normal(self) -> float:
        """From the standard normal distribution."""
        return self._random.gauss(0.0, 1.0)

    def triangular(self, least: float, most: float, likely: float) -> float:
        return self._random.triangular(least, most, likely)
