"""Observability of a service: alarms, a dashboard and saved log queries.

The alarms publish to an encrypted topic. Subscribe your pager or e-mail to it.
"""

from .alarms import Limits
from .component import Observability, ObservabilityArgs, billed

__all__ = ["Limits", "Observability", "ObservabilityArgs", "billed"]
