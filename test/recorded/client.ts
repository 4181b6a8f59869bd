/** A chat client: asks the gateway, and says what it got in the words of a replay. */
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { RunningGateway } from "../support/gateway.ts";
import type { Outcome } from "./answer.ts";
import { readChat } from "./answers/chat.ts";
import { readEvents } from "./frames.ts";
import { at, parsed, text } from "./walk.ts";

export interface Reply {
  status: number;
  outcome: Outcome;
  /** Where the exchange failed: the native contract's code, and the catalogue's cause where a header could tell. */
  code: string;
  cause: string;
  message: string;
  /** Everything that came, to look for what must not get lost. */
  raw: string;
}

export async function ask(gateway: RunningGateway, body: JsonObject): Promise<Reply> {
  const answer = await gateway.send("/v1/chat/completions", { body });
  const stream = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const payloads: Json[] = stream ? readEvents(answer.text) : [parsed(answer.text)];
  const error = payloads.map((payload) => at(payload, "error")).find((found) => found != null);
  const ended = !stream || answer.text.trimEnd().endsWith("data: [DONE]");
  return {
    status: answer.status,
    outcome: ended
      ? readChat(payloads)
      : { failed: { status: 0, message: "no [DONE]", inStream: true } },
    code: text(error, "code"),
    cause: answer.headers.get("x-parley-error") ?? "",
    message: text(error, "message"),
    raw: payloads.map((payload) => JSON.stringify(payload)).join("\n"),
  };
}

/** In one line, for the report. */
export function toldBy({ status, code, cause, message }: Reply): string {
  return [status, code, cause, message].filter(Boolean).join(" ");
}
