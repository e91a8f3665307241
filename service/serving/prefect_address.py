"""Which Prefect server is ours: the bureau's, where PREFECT_API_URL names it, else the one that `tocsin serve` runs."""

import os

from service.serving.children import local_address, prefect_environment
from service.wiring import Home


def own_address(home: Home) -> str | None:
    """The address of our own server; None where the bureau's is named."""
    return None if os.environ.get("PREFECT_API_URL") else local_address(home.settings.prefect.port)


def address(home: Home) -> str:
    return own_address(home) or os.environ["PREFECT_API_URL"]


def point_to_prefect(home: Home) -> None:
    """Sets this process up before it imports Prefect, which reads the environment once."""
    os.environ.update(prefect_environment(home.folder.path, address(home)))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
