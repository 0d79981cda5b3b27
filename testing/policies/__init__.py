"""The policy pack from outside: resources to judge, and ways to have the pack judge them."""
