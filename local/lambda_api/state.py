"""Lambda's state in a region, in memory and in a folder, and what of it an operation gets.

Requests name functions and capacity providers by a name, or by a full or partial ARN.
"""

import base64
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from local.account import ACCOUNT_ID
from local.dataplane.plane import LocalDataPlane
from local.lambda_api import errors
from local.lambda_api.protocol import Members
from policies.lmi.facts.limits import MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES

LATEST = "$LATEST"
LATEST_PUBLISHED = "$LATEST.PUBLISHED"
CONCURRENCY = "FunctionConcurrency"
"""The setting that reserves concurrency for a function."""
EVENT_INVOKE = "FunctionEventInvokeConfig"
"""The setting of asynchronous invocations, by qualifier."""

NOT_FOUND = "Function not found: {arn}"
_FUNCTION = re.compile(
    r"(?:arn:[^:]+:lambda:)?(?:(?P<region>[a-z]+(?:-[a-z]+)+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[^:]+)(?::(?P<qualifier>.+))?"
)


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


@dataclass
class Policy:
    """The resource-based policy of a function or of one qualifier, by statement id."""

    statements: dict[str, Members] = field(default_factory=dict[str, Members])
    revision_id: str = field(default_factory=new_revision_id)


@dataclass
class Function:
    """A function with its versions, aliases, URLs and policies.

    Published versions are by name, the oldest number first; ``last_number`` is that of the newest
    ever published. Aliases are ``AliasConfiguration``s by name. URLs and policies are by qualifier,
    of which ``None`` is the function itself; a URL is a ``FunctionUrlConfig`` with its ``UrlId``.
    Scaling has a ``FunctionScalingConfig`` by published version; what it lacks is AWS's default.
    Options are settings beside the configuration, by name and qualifier.
    """

    name: str
    arn: str
    latest: Revision
    tags: dict[str, str]
    published: dict[str, Revision] = field(default_factory=dict[str, Revision])
    last_number: int = 0
    aliases: dict[str, Members] = field(default_factory=dict[str, Members])
    urls: dict[str | None, Members] = field(default_factory=dict[str | None, Members])
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

    def revisions(self) -> list[Revision]:
        """Return ``$LATEST``, the numbers from the oldest on, then ``$LATEST.PUBLISHED``."""
        published = sorted(self.published.values(), key=lambda one: one.version == LATEST_PUBLISHED)
        return [self.latest, *published]

    def find_version(self, version: str, missing: str = NOT_FOUND) -> Revision:
        """Return ``$LATEST`` or a published version, which has to exist."""
        if version == LATEST:
            return self.latest
        if version not in self.published:
            raise errors.not_found(missing.format(arn=f"{self.arn}:{version}"))
        return self.published[version]


@dataclass
class Region:
    """The functions and other resources of one region, by name or id.

    Capacity providers and event source mappings are as the API describes them, with their ``Tags``.
    Layers have their versions in the order of their numbers, ``None`` in place of a deleted one.
    """

    name: str
    functions: dict[str, Function] = field(default_factory=dict[str, Function])
    capacity_providers: dict[str, Members] = field(default_factory=dict[str, Members])
    layers: dict[str, list[Members | None]] = field(default_factory=dict[str, list[Members | None]])
    event_source_mappings: dict[str, Members] = field(default_factory=dict[str, Members])

    def arn(self, resource: str) -> str:
        """Return the ARN of a Lambda resource in this region, e.g. ``function:hello``."""
        return f"arn:aws:lambda:{self.name}:{ACCOUNT_ID}:{resource}"

    def read_name(self, text: str, qualifier: str | None = None) -> tuple[str, str | None]:
        """Read a ``FunctionName``, together with the request's ``Qualifier``, if any.

        An ARN has to be of this Region and account, and may have no other qualifier than the
        request.
        """
        match = _FUNCTION.fullmatch(text)
        if match is None:
            raise errors.invalid_parameter(f"{text} is not the name or the ARN of a function.")
        if match["region"] not in {None, self.name}:
            raise errors.not_found(
                f"Functions from '{match['region']}' are not reachable in this region"
                f" ('{self.name}')"
            )
        if match["account"] not in {None, ACCOUNT_ID}:
            raise errors.access_denied(f"{text} is a function of another account.")
        if match["qualifier"] and qualifier and match["qualifier"] != qualifier:
            raise errors.invalid_parameter(
                "The derived qualifier from the function name does not match the specified"
                " qualifier."
            )
        return match["name"], qualifier or match["qualifier"]

    def find_function(self, text: str, missing: str = NOT_FOUND) -> Function:
        """Return the function that a request names, without regard to the qualifier.

        AWS's operations differ in what they say of a missing one; ``{arn}`` stands for its ARN.
        """
        name, _ = self.read_name(text)
        if name not in self.functions:
            raise errors.not_found(missing.format(arn=self.arn(f"function:{name}")))
        return self.functions[name]

    def find_capacity_provider(self, text: str) -> Members:
        """Return the capacity provider with this name or ARN, which has to exist."""
        for name, provider in self.capacity_providers.items():
            if text in {name, provider["CapacityProviderArn"]}:
                return provider
        raise errors.not_found(f"Capacity provider not found: {text}")


def store_package(folder: Path, code: Members) -> Package:
    """Store the archive of a ``FunctionCode``, a readable zip, under its hash in a folder."""
    if code.get("ImageUri"):
        raise errors.not_in_local_aws("container images (ImageUri): give the code as ZipFile")
    if code.get("S3Bucket"):
        raise errors.not_in_local_aws("code from Amazon S3 (S3Bucket): give it as ZipFile")
    content: bytes | None = code.get("ZipFile")
    if content is None:
        raise errors.invalid_parameter("Please provide a source for function code.")
    _check_zip(content)
    digest = hashlib.sha256(content)
    path = folder / f"{digest.hexdigest()}.zip"
    # Also where it is stored already: that file may have been damaged since.
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return Package(path, base64.b64encode(digest.digest()).decode(), len(content))


def _check_zip(content: bytes) -> None:
    if len(content) >= MAX_ZIP_BYTES:
        raise errors.request_too_large(f"Zipped size must be smaller than {MAX_ZIP_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = archive.infolist()
    except zipfile.BadZipFile:
        raise errors.invalid_parameter(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    if not files:
        raise errors.invalid_parameter("Uploaded file must be a non-empty zip.")
    if sum(file.file_size for file in files) >= MAX_UNZIPPED_BYTES:
        raise errors.invalid_parameter(
            f"Unzipped size must be smaller than {MAX_UNZIPPED_BYTES} bytes"
        )


@dataclass(frozen=True)
class Scope:
    """The region of a request, with what its operation needs.

    ``now`` is in seconds on the clock of the Lambda API, and ``endpoint_url`` the address at which
    the client reached the endpoint, with a slash.
    """

    region: Region
    data_plane: LocalDataPlane
    code_folder: Path
    request_id: str
    now: float
    endpoint_url: str


Operation = Callable[[Scope, Members], Members | Callable[[], Members]]
"""Takes the input of an operation, checked against the service model; returns its output.

An operation that has to wait returns a function instead, which waits and returns the output. It is
called without the lock.
"""
