"""An MCP server over stateless streamable HTTP: its tools, and the application that serves them."""

import asyncio
import os
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from .front import PATH, FrontMiddleware

# A subscription would hold a slot for as long as its client likes, as GET did in earlier
# specifications. Without them, clients list the tools again.
server = MCPServer("reports", subscriptions=False)


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
async def write_report(sections: Annotated[int, Field(ge=1, le=100)], context: Context) -> str:
    """Write a report section by section, and report progress after each one."""
    for section in range(1, sections + 1):
        await asyncio.sleep(0.1)
        await context.report_progress(section, sections, f"Section {section} is written.")
    return f"A report of {sections} sections."


@server.custom_route("/health", methods=["GET"])
async def health(_request: Request) -> PlainTextResponse:
    """Tell the web adapter that the server is ready."""
    return PlainTextResponse("ready")


app = server.streamable_http_app(
    streamable_http_path=PATH,
    # Each request may reach another execution environment.
    stateless_http=True,
    # The middleware checks hosts and origins, since each request tells it the front's address.
    transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
)
# A redirect would have no body, and a response without one never ends
# (docs/facts/web-adapter.md#empty-bodies).
app.router.redirect_slashes = False
app.add_middleware(FrontMiddleware, origins=os.environ.get("ALLOWED_ORIGINS", "").split())
