// The conversation: asks, shows the answer token by token, and says how it ended.

import { parts } from "./ui_message_stream.js";

const CUT = "The answer was cut off: the connection ended before the answer did. Try again.";
const NOTES = {
  length: "The answer has reached the most tokens that it may have.",
  "content-filter": "The model's filter ended this answer.",
  error: "The model ended this answer with an error.",
};
const STOPPED = "You stopped this answer.";

const [conversation, form, question, send, stop, announcement] = [
  "conversation", "ask", "question", "send", "stop", "announcement",
].map((id) => document.getElementById(id));
const messages = [];
let abort = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text || abort) return;
  question.value = "";
  ask(text);
});
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") abort?.abort();
});
stop.addEventListener("click", () => abort?.abort());

async function ask(text) {
  messages.push(message("user", text));
  element("p", text, article("question", "You"));
  const shown = new Answer(article("answer", "Model"));
  scrollDown();
  abort = new AbortController();
  setBusy(true);
  const note = await receive(shown, abort.signal);
  abort = null;
  setBusy(false);
  if (shown.text) messages.push(message("assistant", shown.text));
  shown.end(note);
  // A screen reader hears the answer once, when it is whole, and not every token.
  announcement.textContent = note ? `${shown.text} ${note}` : shown.text;
}

// Returns what to note about an answer that is not whole.
async function receive(shown, signal) {
  try {
    const response = await fetch("api/chat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "page", messages, trigger: "submit-message" }),
      signal,
    });
    shown.requestId = response.headers.get("x-request-id");
    if (!response.ok) return (await response.text()) || `The answer is status ${response.status}.`;
    for await (const part of parts(response.body)) {
      if (part.type === "text-delta") shown.add(part.delta);
      if (part.type === "error") return part.errorText;
      if (part.type === "finish") return NOTES[part.finishReason] ?? null;
    }
    return CUT;
  } catch (error) {
    return signal.aborted ? STOPPED : CUT;
  }
}

class Answer {
  text = "";
  requestId = null;
  #asked = performance.now();
  #arrivals = [];
  #article;
  #body;
  #measures;

  constructor(article) {
    this.#article = article;
    this.#body = element("p", "", article);
    this.#measures = element("p", "waiting for the first token …", article, "measures");
  }

  add(token) {
    const now = performance.now() - this.#asked;
    this.#arrivals.push(now);
    this.text += token;
    following(() => {
      element("span", token, this.#body).dataset.at = now.toFixed(1);
      this.#measure();
    });
  }

  end(note) {
    this.#article.removeAttribute("aria-busy");
    following(() => {
      this.#measure();
      if (note) element("p", note, this.#article, "note");
    });
  }

  #measure() {
    const gaps = this.#arrivals.slice(1).map((at, index) => at - this.#arrivals[index]);
    const measures = [`request ${this.requestId ?? "without an id"}`];
    if (this.#arrivals.length) measures.push(`first token ${Math.round(this.#arrivals[0])} ms`);
    if (gaps.length) measures.push(`longest gap ${Math.round(Math.max(...gaps))} ms`);
    measures.push(`${this.#arrivals.length} tokens`);
    this.#measures.textContent = measures.join(" · ");
  }
}

function message(role, text) {
  return { id: `${messages.length}`, role, parts: [{ type: "text", text }] };
}

function setBusy(isBusy) {
  // Whoever has gone elsewhere on the page meanwhile stays there.
  const isHere = [document.body, question, send, stop].includes(document.activeElement);
  send.disabled = isBusy;
  stop.disabled = !isBusy;
  if (isBusy) announcement.textContent = "The answer is being written.";
  else if (isHere) question.focus();
}

function article(kind, author) {
  const made = element("article", "", conversation, `message ${kind}`);
  made.setAttribute("aria-label", author);
  if (kind === "answer") made.setAttribute("aria-busy", "true");
  return made;
}

// Changes the conversation, and keeps its end in view unless the reader has scrolled up.
function following(change) {
  const { scrollHeight, scrollTop, clientHeight } = conversation;
  change();
  if (scrollHeight - scrollTop - clientHeight < 8) scrollDown();
}

function scrollDown() {
  conversation.scrollTop = conversation.scrollHeight;
}

function element(name, text, parent, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  parent.append(made);
  return made;
}
