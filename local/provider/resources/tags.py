"""Tags as EC2 and IAM spell them: lists of keys and values."""

from collections.abc import Iterable, Mapping


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as a list."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_map(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return tags as a map."""
    return {tag["Key"]: tag["Value"] for tag in tags}
