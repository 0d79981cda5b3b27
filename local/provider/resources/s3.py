"""S3's resource types: buckets, their policies, versioning and blocks of public access.

Source: the pages of ``aws.s3`` in https://www.pulumi.com/registry/packages/aws/api-docs/s3/.

Settings of a bucket that have a resource type of their own are not properties of ``Bucket`` here.
"""

from typing import Any

from local.provider import schema
from local.provider.aws import Aws
from local.provider.operations import Operations, OrdinaryResource, calls
from local.provider.resources.choices import choice
from local.provider.resources.documents import document
from local.provider.tagging import KEY_AND_VALUE, Tagging
from local.provider.validators import one_of, pattern
from local.provider.values import Props

_KEY = {"Bucket": "bucket"}
_NAME = pattern(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "see the bucket naming rules")


class _BucketTagging(Tagging):
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
            self.put(aws, change.id, change.new["tagsAll"])

    def put(self, aws: Aws, bucket: str, tags: Props) -> None:
        """Put tags in place of those that a bucket has."""
        if tags:
            aws.call(
                "s3", "put_bucket_tagging", Bucket=bucket, Tagging={"TagSet": self._to_api(tags)}
            )
        else:
            aws.call("s3", "delete_bucket_tagging", Bucket=bucket)


_TAGGING = _BucketTagging(service="s3", resource="Bucket", pair=KEY_AND_VALUE)


class Bucket(OrdinaryResource):
    """A bucket. Its id is its name."""

    pulumi_type = "aws:s3/bucket:Bucket"
    id_layout = "{bucket}"
    auto_name = schema.AutoName("bucket", max_length=63, lowercase=True)
    properties = schema.regional(
        bucket=schema.string(replaces=True, validators=(_NAME,)),
        forceDestroy=schema.boolean(default=False, sent=False),
        **schema.outputs("arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"),
    )
    operations = Operations(
        service="s3",
        **calls("bucket", read="head", update=""),
        key=_KEY,
        derived={
            "arn": "arn:{partition}:s3:::{id}",
            "bucketDomainName": "{id}.s3.amazonaws.com",
            "bucketRegion": "{region}",
            "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com",
        },
        tagging=_TAGGING,
    )

    def create(self, aws: Aws, inputs: Props) -> str:
        """Create the bucket; outside of us-east-1, S3 wants to be told the region."""
        location = None if aws.region == "us-east-1" else {"LocationConstraint": aws.region}
        name = inputs["bucket"]
        aws.call("s3", "create_bucket", Bucket=name, CreateBucketConfiguration=location)
        return name

    def complete(self, aws: Aws, made: schema.Existing) -> None:
        """Tag the bucket."""
        if made.state["tagsAll"]:
            _TAGGING.put(aws, made.id, made.state["tagsAll"])

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Delete the bucket, and its objects first if ``forceDestroy`` is set."""
        if existing.state.get("forceDestroy") and self.describe(aws, existing) is not None:
            found = aws.call("s3", "list_object_versions", Bucket=existing.id)
            for each in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
                version = {"Key": each["Key"], "VersionId": each["VersionId"]}
                aws.call("s3", "delete_object", Bucket=existing.id, **version)
        super().delete(aws, existing)


class BucketPolicy(OrdinaryResource):
    """The policy of a bucket. Its id is the bucket's name."""

    pulumi_type = "aws:s3/bucketPolicy:BucketPolicy"
    id_layout = "{bucket}"
    properties = schema.regional(
        bucket=schema.string(required=True, replaces=True), policy=document(required=True)
    )
    operations = Operations(
        service="s3", **calls("bucket_policy", create="put", update="put"), key=_KEY
    )


_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


class BucketPublicAccessBlock(OrdinaryResource):
    """What of public access a bucket blocks. Its id is the bucket's name."""

    pulumi_type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    id_layout = "{bucket}"
    properties = schema.regional(
        bucket=schema.string(required=True, replaces=True),
        **{name: schema.boolean(default=False) for name in _BLOCKS},
        skipDestroy=schema.boolean(sent=False),
    )
    operations = Operations(
        service="s3",
        **calls("public_access_block", create="put", update="put"),
        found="PublicAccessBlockConfiguration",
        key=_KEY,
    )

    def request(self, inputs: Props, *names: str) -> dict[str, Any]:
        """Return the bucket and, in one member, what is blocked."""
        configuration = super().request(inputs, *(names or _BLOCKS))
        return {"Bucket": inputs["bucket"], "PublicAccessBlockConfiguration": configuration}


class BucketVersioning(OrdinaryResource):
    """The versioning of a bucket. Its id is the bucket's name."""

    pulumi_type = "aws:s3/bucketVersioning:BucketVersioning"
    id_layout = "{bucket}"
    properties = schema.regional(
        bucket=schema.string(required=True, replaces=True),
        versioningConfiguration=schema.block(
            required=True,
            fields={
                "mfaDelete": choice("s3", "MFADelete", computed=True, member="MFADelete"),
                "status": schema.string(
                    required=True, validators=(one_of("Enabled", "Suspended", "Disabled"),)
                ),
            },
        ),
    )
    operations = Operations(
        service="s3", **calls("bucket_versioning", create="put", update="put", delete=""), key=_KEY
    )

    def describe(self, aws: Aws, existing: schema.Existing) -> Props | None:
        """Return the versioning, unless the bucket has none."""
        found = super().describe(aws, existing) or {}
        return found if found.get("Status") else None

    def outputs(self, aws: Aws, existing: schema.Existing, found: Props) -> dict[str, Any]:
        """Return the status."""
        return {"versioningConfiguration": {"status": found["Status"]}}

    def delete(self, aws: Aws, existing: schema.Existing) -> None:
        """Suspend the versioning, which cannot be removed."""
        if self.describe(aws, existing) is not None:
            suspended = {"Status": "Suspended"}
            aws.call(
                "s3",
                "put_bucket_versioning",
                **self.key(existing),
                VersioningConfiguration=suspended,
            )
