"""The data plane: published versions as running execution environments, and their URLs."""
