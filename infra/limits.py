"""The numbers of LMI that the pack's ``limits`` has; in the wheel, that module is in this place."""

from policies.lmi.facts.limits import *  # noqa: F403
