"""What is odd about KMS's keys."""

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource

_DEFAULT_WINDOW_DAYS = 30


class Key(OrdinaryResource):
    """A key. Its deletion is scheduled, and from then on the provider treats it as deleted."""

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Schedule the deletion."""
        if self.describe(aws, existing) is not None:
            days = existing.state.get("deletionWindowInDays") or _DEFAULT_WINDOW_DAYS
            key = self.key(existing)
            aws.call("kms", "schedule_key_deletion", **key, PendingWindowInDays=int(days))
