"""A substitute for ``openapi_spec_validator``, which moto imports but the local AWS does not need.

moto loads it together with API Gateway, to judge OpenAPI documents that APIs are imported from. The
local AWS takes none, so here every document is refused.
"""

import sys
from importlib.util import find_spec
from types import ModuleType

_PACKAGE = "openapi_spec_validator"


class OpenAPIValidationError(Exception):
    """OpenAPI documents are not supported."""


def provide_validator() -> None:
    """Register the substitute as a module, unless the package is installed."""
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
    raise OpenAPIValidationError("The local AWS does not import APIs from OpenAPI documents.")
