// Six streams of the sample's message at once, each with the id of its request.

const STREAMS = 6;

const [open, list, result] = ["open", "streams", "streams-result"].map(
  (id) => document.getElementById(id),
);
const url = new URL("./", document.baseURI).href;
document.querySelector("#ten code").textContent =
  `for i in $(seq 10); do echo "$(curl -s '${url}')" & done; wait`;

open.addEventListener("click", async () => {
  open.disabled = true;
  result.textContent = "streaming …";
  list.replaceChildren();
  const ids = await Promise.all(Array.from({ length: STREAMS }, stream));
  const whole = new Set(ids.filter(Boolean));
  result.textContent = `${whole.size} of ${STREAMS} streams are whole, each with an id of its own.`;
  open.disabled = false;
});

// Shows one stream as it arrives, and returns the id of its request if it is whole.
async function stream() {
  const item = list.appendChild(document.createElement("li"));
  const line = item.appendChild(document.createElement("code"));
  try {
    const response = await fetch(url, { headers: { accept: "text/plain" } });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      line.textContent += value;
    }
    item.dataset.requestId = response.headers.get("x-request-id");
  } catch {
    // A connection that is cut leaves the line without its end.
  }
  if (line.textContent.endsWith("!")) return item.dataset.requestId;
  item.className = "cut";
  line.textContent += " … cut off";
  return null;
}
