"""The resource types of the stand-in provider: a table a service, and the classes of odd types."""
