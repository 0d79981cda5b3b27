// Reads the AI SDK's UI message stream, version 1: JSON in server-sent events.

// Yields the parts of a body up to its end or up to [DONE]. An event that lacks its blank line was
// cut off, and is left out.
export async function* parts(body) {
  for await (const event of events(body)) {
    const data = event.split("\n").filter((line) => line.startsWith("data: "))
      .map((line) => line.slice("data: ".length)).join("\n");
    if (data === "[DONE]") return;
    if (data) yield JSON.parse(data);
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n\n");
    rest = whole.pop();
    yield* whole;
  }
}
