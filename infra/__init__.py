"""The program: a FastAPI application that streams from Lambda Managed Instances.

Imports take most of a preview's time, and the SDK loads the module of an AWS service on first
use. So annotations are not evaluated in files that name resources, and a resource that needs
nothing else of its service, such as a log group, is imported from its own file.
"""
