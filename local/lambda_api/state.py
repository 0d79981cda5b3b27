"""Lambda's state in the account: records by region, in memory, under one lock."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from local.account import ACCOUNT_ID
from local.lambda_api.protocol import Members

LATEST = "$LATEST"
LATEST_PUBLISHED = "$LATEST.PUBLISHED"
CONCURRENCY = "FunctionConcurrency"
"""The setting that reserves concurrency for a function."""
EVENT_INVOKE = "FunctionEventInvokeConfig"
"""The setting of asynchronous invocations, by qualifier."""


def timestamp() -> str:
    """Return the time now, in the form that the Lambda API uses."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def new_revision_id() -> str:
    """Return a new id for a changed resource."""
    return str(uuid4())


def weights_of(alias: Members) -> Mapping[str, float]:
    """Return the weight of each version that an alias routes to beside its own."""
    routing: Members = alias.get("RoutingConfig") or {}
    return routing.get("AdditionalVersionWeights") or {}


@dataclass(frozen=True)
class Package:
    """A deployed archive, whose content never changes.

    Its SHA-256 is in base64, as ``CodeSha256`` shows it, and its size in bytes.
    """

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Change:
    """A creation or an update that AWS takes a moment to apply.

    The status is what a ``FunctionConfiguration`` says of it until it ends, in seconds on the clock
    of the Lambda API.
    """

    status: Members
    ends: float


@dataclass(frozen=True, kw_only=True)
class Revision:
    """Code and settings of a function: ``$LATEST``, or a published version.

    The settings have the API's names, and AWS's defaults. The source of a published version is what
    was ``$LATEST`` then; the change is one that is not applied yet.
    """

    version: str
    settings: Members
    package: Package
    source: "Revision | None" = None
    change: Change | None = None
    last_modified: str = field(default_factory=timestamp)
    revision_id: str = field(default_factory=new_revision_id)

    def renewed(self, now: float) -> "Revision":
        """Return the revision with a new id, if its change is applied by now; else itself."""
        if self.change is None or now < self.change.ends:
            return self
        return replace(self, change=None, revision_id=new_revision_id())


@dataclass(frozen=True)
class FunctionUrl:
    """A function URL: its id, and its ``FunctionUrlConfig``."""

    url_id: str
    config: Members


@dataclass
class Policy:
    """The resource-based policy of a function or of one qualifier, by statement id."""

    statements: dict[str, Members] = field(default_factory=dict[str, Members])
    revision_id: str = field(default_factory=new_revision_id)


@dataclass
class Function:
    """A function with its versions, aliases, URLs and policies.

    Attributes
    ----------
    published
        Published versions by name, oldest number first.
    last_number
        Number of the newest numbered version ever published.
    aliases
        Each an ``AliasConfiguration``, by name.
    urls, policies
        By qualifier; ``None`` is the function itself.
    scaling
        Each a ``FunctionScalingConfig``, by published version; what it lacks is AWS's default.
    options
        Settings beside the configuration, by name and qualifier.
    """

    name: str
    arn: str
    latest: Revision
    tags: dict[str, str]
    published: dict[str, Revision] = field(default_factory=dict[str, Revision])
    last_number: int = 0
    aliases: dict[str, Members] = field(default_factory=dict[str, Members])
    urls: dict[str | None, FunctionUrl] = field(default_factory=dict[str | None, FunctionUrl])
    policies: dict[str | None, Policy] = field(default_factory=dict[str | None, Policy])
    scaling: dict[str, Members] = field(default_factory=dict[str, Members])
    options: dict[tuple[str, str | None], Members] = field(
        default_factory=dict[tuple[str, str | None], Members]
    )

    def apply_changes(self, now: float) -> None:
        """End each change whose time is over."""
        self.latest = self.latest.renewed(now)
        for version, revision in self.published.items():
            self.published[version] = revision.renewed(now)

    def touch(self) -> None:
        """Give ``$LATEST`` a new revision id."""
        self.latest = replace(self.latest, revision_id=new_revision_id())


@dataclass
class Layer:
    """A layer with its versions by number, oldest first, as ``GetLayerVersion`` returns them."""

    arn: str
    versions: dict[int, Members] = field(default_factory=dict[int, Members])
    last_number: int = 0


@dataclass
class Region:
    """The functions and other resources of one region, by name or id.

    Capacity providers and event source mappings are as the API describes them, with their ``Tags``.
    """

    name: str
    functions: dict[str, Function] = field(default_factory=dict[str, Function])
    capacity_providers: dict[str, Members] = field(default_factory=dict[str, Members])
    layers: dict[str, Layer] = field(default_factory=dict[str, Layer])
    event_source_mappings: dict[str, Members] = field(default_factory=dict[str, Members])

    def arn(self, resource: str) -> str:
        """Return the ARN of a Lambda resource in this region, e.g. ``function:hello``."""
        return f"arn:aws:lambda:{self.name}:{ACCOUNT_ID}:{resource}"


class Account:
    """The account's regions. Hold ``lock`` to read or change them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._regions: dict[str, Region] = {}

    def region(self, name: str) -> Region:
        """Return a region, and create it on first use."""
        return self._regions.setdefault(name, Region(name))
