"""What is odd about parameters of Systems Manager."""

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource


class Parameter(OrdinaryResource):
    """A parameter. Its id is its name."""

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the parameter over the old one, and update its tags."""
        if set(change.names) - {"tags", "tagsAll"}:
            aws.call("ssm", "put_parameter", **self.request(change.new), Overwrite=True)
        super().update(aws, change)
