"""The gRPC stubs of Pulumi's protocol, without the rest of the SDK.

``import pulumi.runtime.proto`` executes ``pulumi/__init__.py`` first, the whole SDK: 0.6 s on every
command. The folder of stubs is self-contained, so it is imported here as a package of its own.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
else:
    _PACKAGE = "pulumi_protocol"

    def _expose_stubs() -> None:
        sdk = find_spec("pulumi")
        (root,) = sdk.submodule_search_locations
        spec = ModuleSpec(_PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [str(Path(root, "runtime", "proto"))]
        sys.modules[_PACKAGE] = module_from_spec(spec)

    _expose_stubs()
    language_pb2 = importlib.import_module(f"{_PACKAGE}.language_pb2")
    language_pb2_grpc = importlib.import_module(f"{_PACKAGE}.language_pb2_grpc")
    plugin_pb2 = importlib.import_module(f"{_PACKAGE}.plugin_pb2")

__all__ = ["language_pb2", "language_pb2_grpc", "plugin_pb2"]
