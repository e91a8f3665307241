"""What the running service says of its gateways; asked at its own door, with the key of this data folder."""

import json
import urllib.request

from service.plain import Json
from service.wiring import Home

_PATIENCE_SECONDS = 3


def asked(home: Home) -> Json | None:
    """`GET /api/v1/channels`; None where no service runs on this machine, or it serves another data folder."""
    headers = {"Authorization": f"Bearer {home.keys.api_token}"}
    request = urllib.request.Request(f"{home.settings.own_url}/api/v1/channels", headers=headers)  # noqa: S310 - our own door
    # proxies of the environment are not asked
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
            found: Json = json.load(answer)
            return found
    except (OSError, ValueError):
        return None
