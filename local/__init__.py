"""The local AWS: one endpoint, a stand-in ``aws`` provider and a data plane that streams."""
