"""What is odd about buckets and their tags."""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import OrdinaryResource
from local.provider.tagging import Tagging
from local.provider.values import Props


class BucketTagging(Tagging):
    """Tags of a bucket: one call sets all of them, and none of them is an error to read."""

    def creation(self, inputs: Props) -> dict[str, Any]:
        """Return nothing: a bucket is tagged once it exists."""
        return {}

    def read(self, aws: Aws, resource_id: str, props: Props, answer: Props) -> dict[str, Any]:
        """Return the tags of a bucket."""
        found = aws.find("s3", "get_bucket_tagging", Bucket=resource_id) or {}
        return {"tagsAll": {tag["Key"]: tag["Value"] for tag in found.get("TagSet", [])}}

    def update(self, aws: Aws, change: schema.Change) -> None:
        """Put the wanted tags."""
        if change.touches("tags", "tagsAll"):
            _put_tags(aws, change.id, change.new["tagsAll"])


def _put_tags(aws: Aws, bucket: str, tags: Props) -> None:
    """Put tags in place of those that a bucket has."""
    if tags:
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        aws.call("s3", "put_bucket_tagging", Bucket=bucket, Tagging={"TagSet": tag_set})
    else:
        aws.call("s3", "delete_bucket_tagging", Bucket=bucket)


class Bucket(OrdinaryResource):
    """A bucket. Its id is its name."""

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the bucket; outside of us-east-1, S3 wants to be told the region."""
        location = None if aws.region == "us-east-1" else {"LocationConstraint": aws.region}
        name = inputs["bucket"]
        aws.call("s3", "create_bucket", Bucket=name, CreateBucketConfiguration=location)
        return name

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Tag the bucket."""
        if made.state["tagsAll"]:
            _put_tags(aws, made.id, made.state["tagsAll"])

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the bucket, and its objects first if ``forceDestroy`` is set."""
        if existing.state.get("forceDestroy") and self.describe(aws, existing) is not None:
            found = aws.call("s3", "list_object_versions", Bucket=existing.id)
            for each in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
                version = {"Key": each["Key"], "VersionId": each["VersionId"]}
                aws.call("s3", "delete_object", Bucket=existing.id, **version)
        super().delete(aws, existing)
