"""The program: a FastAPI application that streams from Lambda Managed Instances."""
