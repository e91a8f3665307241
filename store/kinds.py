"""Real and drill: two kinds of response that never meet. Each has tables of its own, and identifiers that tell them apart."""

from enum import StrEnum


class Kind(StrEnum):
    REAL = "real"
    DRILL = "drill"

    @property
    def prefix(self) -> str:
        """The first letters of a response's identifier; a CHECK in each table holds it."""
        return "R-" if self is Kind.REAL else "D-"

    @staticmethod
    def of(response: str) -> "Kind":
        """The kind that a response's identifier names."""
        return Kind.DRILL if response.startswith(Kind.DRILL.prefix) else Kind.REAL
