"""The data plane: runs published versions in execution environments and serves their fronts."""
