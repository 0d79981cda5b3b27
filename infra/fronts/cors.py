"""The CORS configuration, in the form that function URLs and HTTP APIs share."""

import pulumi_aws as aws

from ..settings import CorsSettings


def cors_of(settings: CorsSettings | None) -> aws.lambda_.FunctionUrlCorsArgsDict | None:
    """Return the settings as arguments of a function URL or an HTTP API."""
    if settings is None:
        return None
    return {
        "allow_origins": settings.origins,
        "allow_methods": settings.methods,
        "allow_headers": settings.headers,
        "allow_credentials": settings.credentials,
        "max_age": settings.max_age_seconds,
    }
