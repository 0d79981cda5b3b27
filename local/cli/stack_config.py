"""The configuration of the local stack, as far as commands need it."""

from typing import Any, Final

import yaml

from local.cli.errors import LocalError
from local.cli.stack_state import STACK
from local.workspace import PROJECT

CONFIG_FILE: Final = PROJECT / f"Pulumi.{STACK}.yaml"


def configured(key: str, default: str) -> str:
    """Return a text of the configuration, such as that of ``aws:region`` or of ``appFolder``.

    The engine takes a setting of the program with and without the project's name before it.
    """
    try:
        content: dict[str, Any] = yaml.safe_load(CONFIG_FILE.read_text())
        values = [it for name, it in content["config"].items() if f":{name}".endswith(f":{key}")]
    except (yaml.YAMLError, AttributeError, LookupError, TypeError) as error:
        raise LocalError(f"{CONFIG_FILE} is no configuration of a stack: {error}") from error
    return next((value for value in values if isinstance(value, str)), default)
