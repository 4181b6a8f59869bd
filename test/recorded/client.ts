/** A chat client: asks the gateway, and says what it got in the words of a replay. */
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Outcome } from "./answer.ts";
import { readChat } from "./answers/chat.ts";
import { readEvents } from "./frames.ts";
import { at, object, parsed, text } from "./walk.ts";

export interface Reply {
  status: number;
  outcome: Outcome;
  /** The native contract's code, where the exchange failed. */
  code: string;
  /** The error's message, with the cause from the headers. */
  problem: string;
  /** Everything that came, to look for what must not get lost. */
  raw: string;
}

export async function ask(base: string, key: string, body: JsonObject): Promise<Reply> {
  const response = await fetch(`${base}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const source = await response.text();
  const stream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const payloads: Json[] = stream ? readEvents(source) : [parsed(source)];
  const error = payloads.map((payload) => at(payload, "error")).find((found) => found != null);
  const outcome = readChat(payloads);
  const ended = !stream || source.trimEnd().endsWith("data: [DONE]");
  return {
    status: response.status,
    outcome: ended ? outcome : { failed: { status: 0, message: "no [DONE]", inStream: true } },
    code: text(error, "code"),
    problem:
      `${response.headers.get("x-parley-error") ?? ""} ${text(object(error), "message")}`.trim(),
    raw: payloads.map((payload) => JSON.stringify(payload)).join("\n"),
  };
}
