"""Lists in pages, as ``Marker`` and ``MaxItems`` ask for."""

from collections.abc import Sequence

from local.lambda_api.errors import invalid_parameter
from local.lambda_api.protocol import Members


def page(request: Members, key: str, items: Sequence[Members], default: int = 50) -> Members:
    """Return one page of a list, as the output's member ``key``."""
    marker: str = request.get("Marker") or "0"
    if not marker.isdecimal():
        raise invalid_parameter("Invalid pagination token.")
    start = int(marker)
    end = start + int(request.get("MaxItems") or default)
    shown: Members = {key: list(items[start:end])}
    if end < len(items):
        shown["NextMarker"] = str(end)
    return shown
