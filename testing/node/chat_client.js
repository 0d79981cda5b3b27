// The AI SDK as a client of the chat: asks, and prints as JSON what a person would see.
//
//     node chat_client.js URL HEADERS QUESTION...
//
// HEADERS are a JSON object. Each question continues the conversation.

import { AbstractChat, DefaultChatTransport } from "ai";

class State {
  status = "ready";
  error = undefined;
  messages = [];
  pushMessage = (message) => { this.messages = [...this.messages, message]; };
  popMessage = () => { this.messages = this.messages.slice(0, -1); };
  replaceMessage = (index, message) => { this.messages = this.messages.with(index, message); };
  snapshot = (value) => structuredClone(value);
}

class Chat extends AbstractChat {}

const [url, headers, ...questions] = process.argv.slice(2);
const finishes = [];
const chat = new Chat({
  id: "chat",
  state: new State(),
  transport: new DefaultChatTransport({ api: url, headers: JSON.parse(headers) }),
  onFinish: ({ finishReason, isError, isDisconnect }) =>
    finishes.push({ finishReason: finishReason ?? null, isError, isDisconnect }),
});
for (const text of questions) await chat.sendMessage({ text });
console.log(JSON.stringify({
  status: chat.status,
  error: chat.error?.message ?? null,
  messages: chat.messages.map(({ id, role, parts }) => ({
    id, role, text: parts.filter((part) => part.type === "text").map((part) => part.text).join(""),
  })),
  finishes,
}));
