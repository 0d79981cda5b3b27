"""What scripts of web pages may do with a front, in the words of both resources that take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulumi_aws as aws

    from ..settings import CorsSettings


def cors_of(settings: CorsSettings | None) -> aws.lambda_.FunctionUrlCorsArgsDict | None:
    """Write the stack's settings as a function URL takes them, and an HTTP API too."""
    if settings is None:
        return None
    return {
        "allow_origins": settings.origins,
        "allow_methods": settings.methods,
        "allow_headers": settings.headers,
        "allow_credentials": settings.credentials,
        "max_age": settings.max_age_seconds,
    }
