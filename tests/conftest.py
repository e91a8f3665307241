"""Every test process gets folders of its own and no way off this machine."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

_FOLDER = Path(tempfile.mkdtemp(prefix="tocsin-tests-"))
_LOOPBACK = ("127.", "::1", "localhost")


class NetworkForbiddenError(RuntimeError):
    """Not an OSError: code under test may well survive those, and the test would pass."""


def pytest_configure(config: pytest.Config) -> None:
    # before any test module imports Prefect, which reads its settings when it is imported
    for name in [name for name in os.environ if name.startswith(("TOCSIN_", "PREFECT_")) or name.lower().endswith("_proxy")]:
        del os.environ[name]
    os.environ |= {
        "TOCSIN_HOME": str(_FOLDER / "tocsin"),
        "PREFECT_HOME": str(_FOLDER / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    sys.addaudithook(_stay_on_this_machine)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_FOLDER, ignore_errors=True)


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if not name.startswith(_LOOPBACK) and name not in ("0.0.0.0", "::", os.uname().nodename):
        raise NetworkForbiddenError(f"a test wanted to reach {name}; only loopback is allowed")
