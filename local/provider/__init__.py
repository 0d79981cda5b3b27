"""The stand-in provider for Pulumi's ``aws``: it turns resources into calls to the local AWS.

The engine reaches it through ``PULUMI_DEBUG_PROVIDERS=aws:PORT``. It imitates the behavior of
``pulumi-aws`` 7.51.1 as docs/facts/aws-provider.md lists them, for the resource types that
this project uses; where that page says "inferred", a real ``pulumi preview`` may differ.
"""

from local.provider.server import ProviderServer, start

__all__ = ["ProviderServer", "start"]
