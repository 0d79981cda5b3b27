"""What is odd about schedules of EventBridge Scheduler."""

from local.provider.operations import OrdinaryResource
from local.provider.values import Props


class Schedule(OrdinaryResource):
    """A schedule. Its id is its group and its name, joined by a slash."""

    def id_of(self, keys: Props) -> str:
        """Return group and name; without a group it is the one named ``default``."""
        return f"{keys.get('groupName') or 'default'}/{keys['name']}"
