"""The CORS properties that function URLs and HTTP APIs share."""

from collections.abc import Mapping
from typing import Final

from local.provider.schema import Property, boolean, table, unordered

CORS_FIELDS: Final[Mapping[str, Property]] = table(
    allowCredentials=boolean(),
    allowHeaders=unordered(),
    allowMethods=unordered(),
    allowOrigins=unordered(),
    exposeHeaders=unordered(),
)
"""All but ``maxAge``, which only function URLs limit."""
