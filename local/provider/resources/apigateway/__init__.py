"""What is odd about REST APIs."""
