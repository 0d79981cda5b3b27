"""The commands of ``python -m local``: a module for each, and what they share."""
