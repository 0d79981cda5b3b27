"""The program: a FastAPI application that streams from Lambda Managed Instances.

A preview waits for imports first of all, and the SDK loads the module of an AWS service when it is
first looked at. So annotations are not evaluated in files that name resources, and a log group
comes from its own file, without the large module around it.
"""
