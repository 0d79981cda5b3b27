"""Sessions: the configuration of each connected engine, and which stacks may be changed.

All engines attach to the same process. Each engine run, and within it each ``aws`` provider
resource, opens a connection of its own and configures the provider on it first. So a
configuration belongs to a connection, and stacks that run at the same time stay separate. A call
on a connection that was not configured is refused.
"""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from local.account import ACCOUNT_ID
from local.provider.errors import ProviderError
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
        region = args.get("region") or _region_of_environment()
        if not isinstance(region, str):
            raise ProviderError(
                "no region is set, and the provider needs one; "
                "set it with `pulumi config set aws:region us-east-1`"
            )
        accounts = _structured(args.get("allowedAccountIds"))
        return cls(region, _texts(accounts), _default_tags(args))

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


class Session:
    """The connection of an engine: its configuration, and whether it has cancelled."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self.cancelled = threading.Event()


class Sessions:
    """The sessions of all connections, by the peer's address.

    An address that is used again belongs to a new engine, which configures the provider again. So
    there are never more sessions than ports.
    """

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def open(self, peer: str, config: ProviderConfig) -> None:
        """Open a session with a configuration, in place of an earlier one."""
        self._sessions[peer] = Session(config)

    def of(self, peer: str) -> Session:
        """Return the session of a connection, which has to be configured."""
        session = self._sessions.get(peer)
        if session is None:
            raise ProviderError("the engine has not configured the provider; run the command again")
        return session

    def cancel(self, peer: str) -> None:
        """Cancel the calls of a connection."""
        if session := self._sessions.get(peer):
            session.cancelled.set()


def _region_of_environment() -> str | None:
    return next((os.environ[name] for name in _REGION_VARIABLES if os.environ.get(name)), None)


def _structured(value: Value) -> Any:
    """Parse a structured setting, which is JSON text."""
    if value is UNKNOWN or not isinstance(value, str):
        return None if value is UNKNOWN else value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return None


def _texts(value: Any) -> list[str] | None:
    return [str(item) for item in cast("list[Any]", value)] if isinstance(value, list) else None


def _default_tags(args: Mapping[str, Value]) -> dict[str, Value]:
    settings = _structured(args.get("defaultTags"))
    return dict(cast("Any", settings).get("tags") or {}) if isinstance(settings, dict) else {}
