"""The commands of ``python -m local``: ``up``, ``down``, ``preview`` and ``env``."""
