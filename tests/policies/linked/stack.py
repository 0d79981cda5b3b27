"""One stack in which every rule about the stack finds a mistake, and its twin without any.

The stack is made of cases. A case is a few resources that belong together and that every rule
accepts, what breaks them, and what the whole pack then says where. Resources refer to each other
by ``To``: the same cases can be written as a state, with every ARN and id known, and as a program,
whose first preview knows none of them.
"""

from testing.policies.support import PROVIDER
from tests.policies.linked.fronts import FRONTS
from tests.policies.linked.functions import FUNCTIONS, SOURCES
from tests.policies.linked.networks import NETWORKS
from tests.policies.linked.pools import POOLS
from tests.policies.linked.references import written
from tests.policies.linked.roles import ROLES
from tests.policies.native import NATIVE_PROVIDER
from tests.policies.networks import Stack

MOST_PROVIDERS = 5
CASES = [*FUNCTIONS, *SOURCES, *FRONTS, *POOLS, *ROLES, *NETWORKS]


def good() -> Stack:
    """Return the stack that every rule accepts, but for the number of its capacity providers."""
    return {name: resource for case in CASES for name, resource in case.good.items()}


def bad() -> Stack:
    """Return the stack in which each case is broken."""
    return {name: resource for case in CASES for name, resource in case.bad.items()}


def expected() -> set[tuple[str, str]]:
    """Return pairs of a policy and a resource: all that is reported about the broken stack."""
    return {pair for case in CASES for pair in case.expected} | {too_many_providers(bad())}


def too_many_providers(stack: Stack) -> tuple[str, str]:
    """Return what Q-03 says: there are many capacity providers, and this is one too many."""
    pools = sorted(written(stack), key=lambda resource: resource.urn)
    kinds = (PROVIDER, NATIVE_PROVIDER)
    names = [pool.name for pool in pools if pool.type in kinds]
    return "q-03-few-providers", names[MOST_PROVIDERS]
