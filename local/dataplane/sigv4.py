"""Verification of SigV4 signatures, for fronts with ``AWS_IAM``."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.account import ACCOUNT_ID
from local.dataplane.http_request import HttpRequest
from local.execution_roles import secret_key

CALLER_ID: Final = "AKIAIOSFODNN7EXAMPLE"
CALLER_ARN: Final = f"arn:aws:sts::{ACCOUNT_ID}:user/moto"
"""What ``aws sts get-caller-identity`` says of the local AWS's key."""

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),"
    r"\s*Signature=(?P<value>[0-9a-f]{64})"
)
_CONTENT_HASH = "x-amz-content-sha256"
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_MINUTE = timedelta(minutes=1)
_MAX_SKEW = timedelta(minutes=5)
_MAX_LIFETIME_SECONDS = 7 * 24 * 3600  # of a presigned URL
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)


class UnauthorizedError(Exception):
    """The request has no signature, or a wrong one; the text is for the caller."""


@dataclass(frozen=True)
class _Signature:
    """A signature as a request carries it, in ``Authorization`` or in the query.

    The credential is key, date, Region, service and ``aws4_request``; headers are the names of the
    signed ones, and the query is the signed one.
    """

    credential: str
    headers: str
    value: str
    timestamp: str
    query: str
    lifetime: timedelta


def verify(request: HttpRequest, service: str, region: str) -> None:
    """Check that a request was signed recently with a key of the local AWS.

    The service is ``lambda`` or ``execute-api``. ``UnauthorizedError`` is raised with AWS's
    message.
    """
    signature = _in_header(request) or _in_query(request)
    if signature is None or signature.credential.count("/") != 4:
        raise UnauthorizedError("Forbidden")
    key, _, signed_region, *rest = signature.credential.split("/")
    if signed_region != region:
        raise UnauthorizedError(
            f"Credential should be scoped to a valid region, not '{signed_region}'."
        )
    if rest != [service, "aws4_request"]:
        raise UnauthorizedError(f"Credential should be scoped to correct service: '{service}'.")
    secret = secret_key(key)
    if secret is None:
        raise UnauthorizedError("The security token included in the request is invalid.")
    _require_recent(signature)
    signer: Any = SigV4Auth(Credentials(key, secret), service, region)
    if not hmac.compare_digest(_calculated(request, signature, signer), signature.value):
        raise UnauthorizedError(_MISMATCH)


def _in_header(request: HttpRequest) -> _Signature | None:
    found = _AUTHORIZATION.fullmatch(request.header("authorization"))
    return found and _Signature(
        **found.groupdict(),
        timestamp=request.header("x-amz-date"),
        query=request.raw_query,
        lifetime=_MAX_SKEW,
    )


def _in_query(request: HttpRequest) -> _Signature | None:
    """Return the signature of a presigned URL, which all its other parameters are part of."""
    given = request.query_params
    try:
        lifetime = max(-1, min(int(given["X-Amz-Expires"]), _MAX_LIFETIME_SECONDS))
        return _Signature(
            credential=given["X-Amz-Credential"],
            headers=given["X-Amz-SignedHeaders"],
            value=given["X-Amz-Signature"],
            timestamp=given["X-Amz-Date"],
            query=re.sub(r"&?X-Amz-Signature=[^&]*", "", request.raw_query).strip("&"),
            lifetime=timedelta(seconds=lifetime),
        )
    except (KeyError, ValueError):
        return None


def _require_recent(signature: _Signature) -> None:
    try:
        signed_at = datetime.strptime(signature.timestamp, _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise UnauthorizedError("Forbidden") from error
    now = datetime.now(UTC)
    oldest, newest = now - signature.lifetime, now + _MAX_SKEW
    if signed_at < oldest:
        raise UnauthorizedError(
            f"Signature expired: {signature.timestamp} is now earlier than {oldest:{_TIMESTAMP}}"
            f" ({now:{_TIMESTAMP}} - {abs(signature.lifetime) // _MINUTE} min.)"
        )
    if signed_at > newest:
        raise UnauthorizedError(
            f"Signature not yet current: {signature.timestamp} is still later than"
            f" {newest:{_TIMESTAMP}} ({now:{_TIMESTAMP}} + {_MAX_SKEW // _MINUTE} min.)"
        )


def _calculated(request: HttpRequest, signature: _Signature, signer: Any) -> str:
    # botocore has no types: its objects are Any, and stay in here.
    headers = {name: request.header(name) for name in signature.headers.split(";")}
    # Lambda does not take unsigned payloads (docs/facts/fronts.md#http-details).
    if headers.get(_CONTENT_HASH) not in (None, hashlib.sha256(request.content).hexdigest()):
        raise UnauthorizedError(_MISMATCH)
    query = f"?{signature.query}" if signature.query else ""
    signed: Any = AWSRequest(
        method=request.method,
        url=f"http://{request.header('host')}{request.raw_path}{query}",
        headers=headers,
        data=request.content,
    )
    signed.context["timestamp"] = signature.timestamp
    return signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)
