"""What is odd about EC2's networks, their security groups and endpoints."""
