"""Resources for the policy pack to judge, and the pack as a server that the engine would start."""
