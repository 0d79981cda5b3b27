"""Cross-origin resource sharing (CORS).

A front with a CORS configuration answers preflight requests without an invocation, and adds the
CORS headers to every other response
(https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
"""

from typing import TypedDict

from local.dataplane.http_request import HttpRequest


def is_preflight(request: HttpRequest) -> bool:
    """Return whether a request is a CORS preflight."""
    return (
        request.method == "OPTIONS"
        and bool(request.header("origin"))
        and bool(request.header("access-control-request-method"))
    )


class Cors(TypedDict, total=False):
    """A front's CORS configuration as the Lambda API has it; ``*`` means every origin and so on.

    Scripts of the allowed origins may use the methods and the headers, and read those that are
    exposed. ``MaxAge`` is how many seconds a browser may cache the answer to a preflight.
    """

    AllowOrigins: list[str]
    AllowMethods: list[str]
    AllowHeaders: list[str]
    ExposeHeaders: list[str]
    AllowCredentials: bool
    MaxAge: int


def cors_headers(cors: Cors, request: HttpRequest) -> list[tuple[str, str]]:
    """Return the headers that the response to a request gets."""
    origin = request.header("origin")
    if not origin or not {origin, "*"}.intersection(cors.get("AllowOrigins", ())):
        return []
    headers = [("access-control-allow-origin", origin), ("vary", "Origin")]
    if cors.get("AllowCredentials"):
        headers.append(("access-control-allow-credentials", "true"))
    listed = {"access-control-expose-headers": cors.get("ExposeHeaders")}
    if is_preflight(request):
        listed = {
            "access-control-allow-methods": cors.get("AllowMethods"),
            "access-control-allow-headers": cors.get("AllowHeaders"),
            "access-control-max-age": [str(cors["MaxAge"])] if "MaxAge" in cors else None,
        }
    return headers + [(name, ",".join(values)) for name, values in listed.items() if values]
