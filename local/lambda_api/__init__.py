"""The Lambda API of the local AWS: it knows Lambda Managed Instances, and runs nothing itself."""
