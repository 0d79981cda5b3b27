"""The CORS properties that function URLs and HTTP APIs share."""

from collections.abc import Mapping
from typing import Final

from local.provider import schema

CORS_FIELDS: Final[Mapping[str, schema.Property]] = schema.table(
    allowCredentials=schema.boolean(),
    allowHeaders=schema.unordered(),
    allowMethods=schema.unordered(),
    allowOrigins=schema.unordered(),
    exposeHeaders=schema.unordered(),
)
"""All but ``maxAge``, which only function URLs limit."""
