"""API Gateway: moto stores the APIs, and the data plane serves their stages."""
