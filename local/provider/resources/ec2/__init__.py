"""EC2's resource types: networks, their security groups and endpoints."""
