"""What tests and benchmarks share: copies of the project, clients of streams, stacks to judge.

Nothing here asserts or measures by itself. It may import everything but ``tests`` and ``bench``.
"""
