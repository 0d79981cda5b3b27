"""Rules for AWS Lambda Managed Instances (LMI), as a library.

`limits` holds LMI's numbers, `access` reads properties that may be unknown, `resources` and `kinds`
know the resource types, `stack` links resources to each other, `rules` holds one theme a file, and
`pack` turns every rule into a policy of Pulumi's SDK, which `server` serves to the engine.
"""
