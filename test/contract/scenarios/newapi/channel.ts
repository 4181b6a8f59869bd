/** The channel that is to serve: whether there is one, and whether it can be used. */
import { isObject } from "../../../../src/core/json.ts";
import { type Chat, fresh } from "../../gateway.ts";
import type { World } from "../../harness.ts";
import { errorIn } from "../../http.ts";
import { type ChatScenario, chatScenario, type Scenario } from "../../scenario.ts";

/** Long enough for a provider that answers at once, on a busy machine. */
const FIRST_CONTENT_MS = 1500;

export const channel: readonly Scenario[] = [
  chat({
    code: "get_channel_failed",
    title: "the only channel of the model is switched off",
    cause: { channel: { enabled: false } },
    control: { channel: { enabled: true } },
  }),
  chat({
    code: "channel:no_available_key",
    title: "the only channel of the model has no credential",
    cause: { channel: { credentials: [] } },
    control: { channel: { credentials: [{ secret: "sk-a-key" }] } },
  }),
  chat({
    code: "channel:invalid_key",
    title: "the provider refuses the channel's credential",
    cause: { script: "keyless" },
  }),
  chat({
    code: "channel:model_mapped_error",
    title: "a mapping that makes the model's name longer without end",
    cause: { channel: { model_mapping: { "model-*": "model-model-*" } } },
    control: { channel: { model_mapping: { "model-*": "gpt-*" } } },
  }),
  chat({
    code: "channel:response_time_exceeded",
    title: "the provider is silent beyond the channel's time-out",
    request: { channel: { timeouts: { first_content_ms: FIRST_CONTENT_MS } } },
    cause: { script: "silent" },
  }),
  chat({
    code: "convert_request_failed",
    title: "an override that makes the body invalid",
    cause: { channel: { overrides: { body: { messages: 5 } } } },
    control: { channel: { overrides: { body: { temperature: 0.5 } } } },
  }),
  {
    contract: "newapi",
    code: "json_marshal_failed",
    title: "tool arguments with 1e999, for a provider that takes them as an object",
    needs: anthropic,
    provoke: ({ main }) => main.chat("newapi", withArguments('{"degrees":1e999}')),
    control: ({ main }) => main.chat("newapi", withArguments('{"degrees":21}')),
  },
];

function chat(told: Omit<ChatScenario, "contract">): Scenario {
  return chatScenario({ contract: "newapi", ...told });
}

/** Whether this Parley reaches Anthropic. */
async function anthropic({ main }: World): Promise<string | undefined> {
  const answer = await main.admin("POST", "/channels", {
    name: fresh("channel"),
    provider: "anthropic",
  });
  const told = errorIn(answer.body);
  return isObject(told) && told.param === "provider"
    ? "a provider that takes tool arguments as an object"
    : undefined;
}

/** A conversation in which the model has called a tool before. */
function withArguments(text: string): Chat {
  const call = {
    id: "call_1",
    type: "function",
    function: { name: "heat", arguments: text },
  };
  return {
    script: "messages",
    channel: { provider: "anthropic" },
    body: {
      max_tokens: 100,
      messages: [
        { role: "user", content: "Heat the room." },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "call_1", content: "Done." },
      ],
      tools: [
        {
          type: "function",
          function: { name: "heat", parameters: { type: "object", properties: {} } },
        },
      ],
    },
  };
}
