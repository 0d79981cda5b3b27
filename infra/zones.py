"""The availability zones of a network that names none."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from .settings.mistakes import Set, refuse


def first_zones(region: str, count: int, parent: pulumi.Resource) -> Sequence[str]:
    """Return the first zones of a region by name.

    Parameters
    ----------
    parent
        The component that asks: its provider answers, which may be one of another region.
    """
    zones = sorted(_available_zones(parent))
    if len(zones) < count:
        refuse(
            f"is empty, and {region} has {len(zones)} availability zones to choose from "
            f"({', '.join(zones)})",
            path="availabilityZones",
            allowed=f"empty where there are {count}, or the zones to use",
            fix=("use a larger region", Set("availabilityZones[0]", f"{region}a")),
        )
    return zones[:count]


def _available_zones(parent: pulumi.Resource) -> Sequence[str]:
    """Return the names of all zones that need no opt-in."""
    no_opt_in = aws.GetAvailabilityZonesFilterArgs(
        name="opt-in-status", values=["opt-in-not-required"]
    )
    try:
        return aws.get_availability_zones(
            state="available", filters=[no_opt_in], opts=pulumi.InvokeOptions(parent=parent)
        ).names
    # The SDK raises no narrower exception.
    except Exception as error:
        refuse(
            f"is empty, and AWS does not list the zones: {error}",
            path="availabilityZones",
            allowed="empty if the deploying identity may call ec2:DescribeAvailabilityZones, or "
            "names of zones",
            fix=("allow that call", Set("availabilityZones[0]", "ZONE")),
        )
