"""What a rule sees of a whole stack: how its resources refer to, reach and permit each other."""
