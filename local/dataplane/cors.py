"""Cross-origin resource sharing (CORS): the CORS configuration of a front.

A front with a CORS configuration answers preflight requests without an invocation, and adds the
CORS headers to every other response
(https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.dataplane.http_request import HttpRequest

CORS_HEADERS: Final = frozenset(
    f"access-control-{name}"
    for name in (
        *("allow-credentials", "allow-headers", "allow-methods", "allow-origin"),
        *("expose-headers", "max-age"),
    )
)
"""Response headers of CORS."""


def is_preflight(request: HttpRequest) -> bool:
    """Return whether a request is a CORS preflight."""
    return (
        request.method == "OPTIONS"
        and bool(request.header("origin"))
        and bool(request.header("access-control-request-method"))
    )


@dataclass(frozen=True, kw_only=True)
class Cors:
    """A front's CORS configuration; ``*`` means every origin, method or header.

    Scripts of the allowed origins may use the methods and the headers, and read those that are
    exposed. ``max_age`` is how many seconds a browser may cache the answer to a preflight.
    """

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age: int | None = None

    @classmethod
    def from_api(cls, members: Mapping[str, Any]) -> "Cors":
        """Read a configuration whose members are named as the Lambda API names them."""
        return cls(
            allow_origins=tuple(members.get("AllowOrigins", ())),
            allow_methods=tuple(members.get("AllowMethods", ())),
            allow_headers=tuple(members.get("AllowHeaders", ())),
            expose_headers=tuple(members.get("ExposeHeaders", ())),
            allow_credentials=members.get("AllowCredentials", False),
            max_age=members.get("MaxAge"),
        )

    def headers(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the headers that the response to a request gets."""
        origin = request.header("origin")
        if not origin or not {origin, "*"}.intersection(self.allow_origins):
            return []
        headers = [("access-control-allow-origin", origin), ("vary", "Origin")]
        if self.allow_credentials:
            headers.append(("access-control-allow-credentials", "true"))
        listed = {"access-control-expose-headers": self.expose_headers}
        if is_preflight(request):
            listed = {
                "access-control-allow-methods": self.allow_methods,
                "access-control-allow-headers": self.allow_headers,
                "access-control-max-age": () if self.max_age is None else (str(self.max_age),),
            }
        return headers + [(name, ",".join(values)) for name, values in listed.items() if values]
