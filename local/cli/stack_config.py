"""The configuration of the local stack, as far as commands need it."""

from typing import Any, Final

import yaml

from local.cli.errors import LocalError
from local.cli.stack_state import STACK
from local.workspace import PROJECT

CONFIG_FILE: Final = PROJECT / f"Pulumi.{STACK}.yaml"


def configured(key: str, default: str) -> str:
    """Return a text of the configuration, such as that of ``aws:region``.

    Raises
    ------
    LocalError
        When the file is no configuration.
    """
    try:
        content: dict[str, Any] = yaml.safe_load(CONFIG_FILE.read_text())
        value: object = content["config"].get(key)
    except (yaml.YAMLError, AttributeError, LookupError, TypeError) as error:
        raise LocalError(f"{CONFIG_FILE} is no configuration of a stack: {error}") from error
    return value if isinstance(value, str) else default
