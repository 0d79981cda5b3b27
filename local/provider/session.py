"""Sessions: the configuration of each connected engine, and which stacks may be changed.

All engines attach to the same process. Each engine run, and within it each ``aws`` provider
resource, opens a connection of its own and configures the provider on it first. So a
configuration belongs to a connection, and stacks that run at the same time stay separate.
"""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from local.account import ACCOUNT_ID
from local.provider.aws import ProviderError
from local.provider.values import UNKNOWN, Value

_REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")


@dataclass(frozen=True)
class ProviderConfig:
    """The configuration of a provider, as far as the stand-in uses it.

    The region is that of resources without one of their own. The allowed account ids are ``None``
    when they are unset or not known yet.
    """

    region: str
    allowed_account_ids: list[str] | None = None
    default_tags: dict[str, Value] = field(default_factory=dict[str, Value])

    @classmethod
    def parse(cls, args: Mapping[str, Value]) -> "ProviderConfig":
        """Parse a configuration as the engine sends it: everything but strings is JSON text."""
        set_here = (os.environ[name] for name in _REGION_VARIABLES if os.environ.get(name))
        region = args.get("region") or next(set_here, None)
        if not isinstance(region, str):
            raise ProviderError(
                "no region is set, and the provider needs one; "
                "set it with `pulumi config set aws:region us-east-1`"
            )
        accounts = _structured(args.get("allowedAccountIds"))
        tags = _structured(args.get("defaultTags"))
        return cls(
            region,
            list(map(str, cast("list[Any]", accounts))) if isinstance(accounts, list) else None,
            dict(cast("Any", tags).get("tags") or {}) if isinstance(tags, dict) else {},
        )

    def refuse_changes_to_others(self) -> None:
        """Raise unless the stack allows the account of the local AWS and no other."""
        if self.allowed_account_ids == [ACCOUNT_ID]:
            return
        accounts = self.allowed_account_ids
        found = "not set" if accounts is None else json.dumps(accounts)
        raise ProviderError(
            "this is the local AWS, which changes only stacks that AWS itself would refuse: "
            f'aws:allowedAccountIds must be exactly ["{ACCOUNT_ID}"] and is {found}. '
            "For the local AWS use the stack `local`; for AWS unset PULUMI_DEBUG_PROVIDERS"
        )


@dataclass(frozen=True)
class Session:
    """The connection of an engine: its configuration, and whether it has cancelled."""

    config: ProviderConfig
    cancelled: threading.Event = field(default_factory=threading.Event)


def _structured(value: Value) -> Any:
    """Parse a structured setting, which is JSON text."""
    if value is UNKNOWN or not isinstance(value, str):
        return None if value is UNKNOWN else value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return None
