"""The resource types that the stand-in knows, a file or two for each AWS service."""
