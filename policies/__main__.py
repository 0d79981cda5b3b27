"""Serves the policy pack to the engine until that ends it. See `lmi`."""

from lmi.kinds import KINDS_OF_TYPE
from lmi.pack import PACK_NAME, policies
from lmi.server import serve

serve(PACK_NAME, policies(), looks_at=KINDS_OF_TYPE)
