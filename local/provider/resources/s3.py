"""What is odd about buckets."""

from local.provider.aws import Aws
from local.provider.operations import ResourceType
from local.provider.schema import Existing


class Bucket(ResourceType):
    """A bucket. Its id is its name."""

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete the bucket, and its objects first if ``forceDestroy`` is set."""
        if existing.state.get("forceDestroy") and self.describe(aws, existing) is not None:
            found = aws.call("s3", "list_object_versions", Bucket=existing.id)
            for each in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
                version = {"Key": each["Key"], "VersionId": each["VersionId"]}
                aws.call("s3", "delete_object", Bucket=existing.id, **version)
        super().delete(aws, existing)
