"""What is odd about functions, what belongs to them, layers and capacity providers."""
