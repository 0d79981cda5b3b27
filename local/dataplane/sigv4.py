"""Verification of SigV4 signatures, for fronts with ``AWS_IAM``."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.account import ACCESS_KEY, SECRET_KEY
from local.dataplane.http_request import HttpRequest

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)"
    r"/(?P<service>[^/]+)/aws4_request,\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_CONTENT_HASH = "x-amz-content-sha256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_MAX_SKEW = timedelta(minutes=5)


class UnauthorizedError(Exception):
    """The request has no signature, or a wrong one; the text is for the caller."""


def verify(request: HttpRequest, service: str) -> None:
    """Check that a request was signed recently with the key of the local AWS.

    Parameters
    ----------
    service
        The service in the signature: ``lambda`` or ``execute-api``.

    Raises
    ------
    UnauthorizedError
        With AWS's message.
    """
    authorization = _AUTHORIZATION.fullmatch(request.header("authorization"))
    if authorization is None or authorization["service"] != service:
        raise UnauthorizedError("Forbidden")
    if authorization["key"] != ACCESS_KEY:
        raise UnauthorizedError("The security token included in the request is invalid.")
    _require_recent(request.header("x-amz-date"))
    expected = _signature(request, authorization)
    if not hmac.compare_digest(expected, authorization["signature"]):
        raise UnauthorizedError(
            "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            "details."
        )


def _require_recent(timestamp: str) -> None:
    try:
        signed_at = datetime.strptime(timestamp, _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise UnauthorizedError("Forbidden") from error
    if abs(datetime.now(UTC) - signed_at) > _MAX_SKEW:
        raise UnauthorizedError(f"Signature expired: {timestamp} is not within 5 minutes of now.")


def _signature(request: HttpRequest, authorization: re.Match[str]) -> str:
    # botocore has no types: its objects are Any, and stay in here.
    headers = {name: request.header(name) for name in authorization["headers"].split(";")}
    if headers.get(_CONTENT_HASH, _UNSIGNED) not in (_UNSIGNED, _sha256(request.body)):
        raise UnauthorizedError("The body is not the one that was signed.")
    query = f"?{request.raw_query}" if request.raw_query else ""
    signed: Any = AWSRequest(
        method=request.method,
        url=f"http://{request.header('host')}{request.raw_path}{query}",
        headers=headers,
        data=request.body,
    )
    signed.context["timestamp"] = request.header("x-amz-date")
    signer: Any = SigV4Auth(
        Credentials(ACCESS_KEY, SECRET_KEY), authorization["service"], authorization["region"]
    )
    return signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
