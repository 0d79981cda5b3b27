"""The FastAPI application that streams from behind the Lambda Web Adapter."""
