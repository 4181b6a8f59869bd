/** A channel for each recording, made through the management API as an operator makes one. */
import type { JsonObject } from "../../src/core/json.ts";
import type { Recording } from "./recording.ts";
import { parsed, text } from "./walk.ts";

/** What a vendor's channel needs beside an address and a key. */
const options: Readonly<Record<string, Record<string, string>>> = {
  vertex: { project: "recorded", location: "global" },
  bedrock: { region: "us-east-1" },
};

/** Returns the channel's name, or why there can be none. */
export async function makeChannel(
  gateway: { base: string; key: string },
  recording: Recording,
  place: string,
  upstream: number,
): Promise<{ name: string } | { refused: string }> {
  const name = place.slice(1).replace("/", "-");
  const body: JsonObject = {
    name,
    provider: recording.provider,
    base_url: `http://127.0.0.1:${upstream}${place}`,
    credential: "recorded-credential",
    retries: 0,
    options: options[recording.provider] ?? {},
  };
  const response = await fetch(`${gateway.base.replace(/\/v1$/, "")}/admin/v1/channels`, {
    method: "POST",
    headers: { authorization: `Bearer ${gateway.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  return response.status === 201 ? { name } : { refused: text(parsed(answer), "error", "message") };
}
