"""What moto wants of `openapi_spec_validator`, without the dozen packages that come with it.

moto loads it together with API Gateway, to judge OpenAPI documents that APIs are imported from. The
local AWS takes none, so here every document is refused.
"""

import sys
from importlib.util import find_spec
from types import ModuleType

_PACKAGE = "openapi_spec_validator"


class OpenAPIValidationError(Exception):
    """A document is not to be had."""


def provide_validator() -> None:
    """Let moto load where the package is not installed."""
    if _PACKAGE in sys.modules or find_spec(_PACKAGE) is not None:
        return
    package, validation, exceptions = (
        ModuleType(f"{_PACKAGE}{part}") for part in ("", ".validation", ".validation.exceptions")
    )
    package.__dict__["validate"] = _refuse
    exceptions.__dict__["OpenAPIValidationError"] = OpenAPIValidationError
    for module in (package, validation, exceptions):
        sys.modules[module.__name__] = module


def _refuse(_document: object) -> None:
    raise OpenAPIValidationError("The local AWS does not have APIs from OpenAPI documents.")
