/** A channel for each recording, made through the management API as an operator makes one. */
import type { RunningGateway } from "../support/gateway.ts";
import type { Recording } from "./recording.ts";
import { text } from "./walk.ts";

/** What a vendor's channel needs beside an address and a key. */
const options: Readonly<Record<string, Record<string, string>>> = {
  vertex: { project: "recorded", location: "global" },
  bedrock: { region: "us-east-1" },
};

/** Returns the channel's name, or why there can be none. `place`: the path of the recording's upstream. */
export async function makeChannel(
  gateway: RunningGateway,
  { provider }: Recording,
  model: string,
  place: string,
  upstream: number,
): Promise<{ name: string } | { refused: string }> {
  const name = place.slice(1).replace("/", "-");
  const answer = await gateway.admin("/channels", {
    name,
    provider,
    base_url: `http://127.0.0.1:${upstream}${place}`,
    credential: "recorded-credential",
    // Served by this channel alone, whatever the provider's own patterns take for theirs.
    models: [model],
    retries: 0,
    options: options[provider] ?? {},
  });
  if (answer.status === 201) return { name };
  // The list of what is known follows a semicolon.
  return { refused: text(answer.body, "error", "message").replace(/;.*/, "") };
}
