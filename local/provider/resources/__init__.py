"""The resource types of the stand-in provider, by AWS service."""
