"""Builds the policy pack, which serves it to the engine until that ends. See `lmi`."""

from lmi.pack import PACK_NAME, policies
from pulumi_policy import PolicyPack

PolicyPack(name=PACK_NAME, policies=policies())
