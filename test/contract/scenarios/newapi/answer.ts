/** What providers answer, or do instead. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { type ChatScenario, chatScenario, type Scenario } from "../../scenario.ts";

export const answer: readonly Scenario[] = [
  chat({
    code: "prompt_blocked",
    title: "the provider's filter refuses the prompt",
    cause: { script: "filtered" },
  }),
  {
    contract: "newapi",
    code: "do_request_failed",
    title: "nothing listens where the provider should be",
    provoke: async ({ main }) => main.chat("newapi", { channel: { base_url: await nowhere() } }),
    control: ({ main }) => main.chat("newapi"),
  },
  chat({
    code: "bad_response",
    title: "the provider answers with a web page",
    cause: { script: "html" },
  }),
  {
    contract: "newapi",
    code: "bad_response_status_code",
    title: "the provider answers 502; other statuses of its own are kept",
    async provoke({ main }) {
      // The rows' status_note.
      for (const [script, status] of [
        ["status-500", 500],
        ["status-503", 503],
        ["limited", 429],
      ] as const) {
        const kept = await main.chat("newapi", { script });
        assert.deepEqual([kept.status, kept.code], [status, "bad_response_status_code"]);
      }
      return main.chat("newapi", { script: "status-502" });
    },
    control: ({ main }) => main.chat("newapi"),
  },
  chat({
    code: "empty_response",
    title: "the provider answers 200 with nothing",
    cause: { script: "empty" },
  }),
  chat({
    code: "read_response_body_failed",
    title: "the provider's answer breaks off",
    cause: { script: "cut" },
  }),
];

function chat(told: Omit<ChatScenario, "contract">): Scenario {
  return chatScenario({ contract: "newapi", ...told });
}

/** The base URL of a port on which something has listened and no longer does. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}/v1`;
}
