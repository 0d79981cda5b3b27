"""What CloudWatch does by itself and moto does not: metrics of functions, and alarms that fire."""
