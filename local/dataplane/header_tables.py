"""The headers that each front renames or drops, in both directions.

Source: docs/facts/fronts.md#http-details.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Final

HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of one connection (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)."""


@dataclass(frozen=True)
class HeaderTable:
    """Names of the headers of one front.

    Attributes
    ----------
    request_dropped
        Of the caller; they do not reach the function.
    remapped
        Of the function; the caller gets them as ``x-amzn-remapped-NAME``.
    dropped
        Of the function; the caller does not get them.
    """

    request_dropped: Set[str]
    remapped: Set[str]
    dropped: Set[str]


FUNCTION_URL: Final = HeaderTable(
    request_dropped=HOP_BY_HOP,
    remapped={"connection", "content-length", "date", "www-authenticate"},
    dropped={"transfer-encoding"},
)

HTTP_API: Final = replace(FUNCTION_URL, remapped=FUNCTION_URL.remapped - {"www-authenticate"})

REST_API: Final = HeaderTable(
    request_dropped={
        *("connection", "content-md5", "expect", "max-forwards", "proxy-authenticate", "server"),
        *("te", "trailer", "transfer-encoding", "upgrade", "www-authenticate"),
    },
    remapped={
        *("authorization", "connection", "content-md5", "date", "max-forwards", "server"),
        *("user-agent", "www-authenticate"),
    },
    dropped={
        *("expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding"),
        *("upgrade", "via"),
    },
)
