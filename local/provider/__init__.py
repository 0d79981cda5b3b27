"""The stand-in for Pulumi's `aws` provider: it turns resources into calls to the local AWS.

An engine reaches it through `PULUMI_DEBUG_PROVIDERS=aws:PORT`. It reproduces the rules of
`pulumi-aws` 7.51.1 as docs/facts/aws-provider.md lists them, for the resource types that
this project uses; where that page says "inferred", a real `pulumi preview` may differ.
"""

from local.provider.server import ProviderServer, start

__all__ = ["ProviderServer", "start"]
