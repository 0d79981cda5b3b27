"""What a stack may set: the classes that components take, and the table that stacks are read by.

A setting is a field of a class in ``classes``, whose default and description it has, and a row of
``table.SETTINGS``. ``Pulumi.yaml`` and ``docs/settings.md`` are generated from both.
"""

from .classes import *  # noqa: F403
