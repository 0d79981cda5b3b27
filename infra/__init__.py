"""The program: a FastAPI application that streams from Lambda Managed Instances.

A preview waits for imports first of all, and the SDK loads the module of an AWS service when it is
first looked at. So annotations are not evaluated in files that name resources, and what needs
nothing else of its service, as a log group does, is imported from its own file.
"""
