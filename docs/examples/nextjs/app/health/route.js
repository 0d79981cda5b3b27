/** What the web adapter asks before the first request. */
export function GET() {
  return Response.json({ status: "ok" });
}
