"""Properties whose values are those of an enum of the AWS API."""

from typing import Any

from local.provider import schema
from local.provider.validators import one_of_enum


def choice(service: str, shape: str, **further: Any) -> schema.Property:
    """Return a string property with the values of an enum.

    Parameters
    ----------
    service, shape
        The service and the enum's name in its model, such as ``ec2`` and ``Tenancy``.
    **further
        What else is known of the property, as for ``schema.string``.
    """
    return schema.string(**further, validators=(one_of_enum(service, shape),))
