"""What a rule sees of one resource: a class for each Pulumi type, with fields that never raise.

Every module with classes is imported here, so that all of them are known wherever one is.
"""

from . import callers, capacity_provider, functions, general, iam, networks

__all__ = ["callers", "capacity_provider", "functions", "general", "iam", "networks"]
