"""How pulumi, its Python language host and the web adapter are obtained and pinned."""
