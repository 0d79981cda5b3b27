"""The gRPC stubs of Pulumi's protocol, without the rest of the SDK.

``import pulumi.runtime.proto`` executes ``pulumi/__init__.py`` first, the whole SDK: 0.6 s on every
command. The folder of stubs is self-contained, so it is imported here as a package of its own.
"""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
else:
    # Not by a path on which they are called `proto`, as another package of Google's is.
    _stubs = ModuleSpec("pulumi_protocol", None, is_package=True)
    _stubs.submodule_search_locations = [
        str(Path(find_spec("pulumi").origin).with_name("runtime") / "proto")
    ]
    sys.modules[_stubs.name] = module_from_spec(_stubs)
    language_pb2 = import_module(f"{_stubs.name}.language_pb2")
    language_pb2_grpc = import_module(f"{_stubs.name}.language_pb2_grpc")
    plugin_pb2 = import_module(f"{_stubs.name}.plugin_pb2")

__all__ = ["language_pb2", "language_pb2_grpc", "plugin_pb2"]
