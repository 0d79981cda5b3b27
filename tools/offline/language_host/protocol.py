"""The gRPC stubs of Pulumi's protocol, without the rest of the SDK.

``import pulumi.runtime.proto`` executes ``pulumi/__init__.py`` first, the whole SDK: 0.6 s on every
command. The folder of stubs is self-contained, so it is imported here as a package of its own.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
else:
    sys.path.append(str(Path(find_spec("pulumi").origin).with_name("runtime")))
    from proto import language_pb2, language_pb2_grpc, plugin_pb2

__all__ = ["language_pb2", "language_pb2_grpc", "plugin_pb2"]
