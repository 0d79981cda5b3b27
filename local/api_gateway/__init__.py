"""API Gateway: moto keeps the APIs, the data plane serves their stages."""
