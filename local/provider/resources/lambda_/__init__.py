"""Lambda's resource types: capacity providers, functions, and the resources of a function."""
