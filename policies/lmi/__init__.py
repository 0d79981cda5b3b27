"""Rules for AWS Lambda Managed Instances (LMI), as a library.

Each folder imports only those before it: ``facts`` holds LMI's numbers, ``model`` shows a rule one
resource, ``graph`` shows it the whole stack, ``rules`` has one theme a file, and ``serving`` turns
every rule into a policy of Pulumi's SDK and serves them to the engine.
"""
