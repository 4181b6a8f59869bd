/** Codes of requests with tools, in OpenAI's envelope. */
import assert from "node:assert/strict";
import { errorIn, type Observed } from "../../http.ts";
import { chatScenario, type Scenario } from "../../scenario.ts";

const tools = [
  {
    type: "function",
    function: { name: "weather", parameters: { type: "object", properties: {} } },
  },
];

export const toolCodes: readonly Scenario[] = [
  chatScenario({
    contract: "concurred",
    code: "tool_provider_error",
    title: "the provider answers 500 to a request with tools",
    request: { body: { tools } },
    cause: { script: "status-500" },
    check: envelope("server_error"),
  }),
  chatScenario({
    contract: "concurred",
    code: "tool_unsupported_for_model",
    title: "tools, for a model that cannot use them",
    request: { body: { tools } },
    cause: { channel: { capabilities: { "*": { tools: false } } } },
    control: { channel: { capabilities: { "*": { tools: true } } } },
    check: envelope("invalid_request_error"),
  }),
];

function envelope(type: string): (answer: Observed) => void {
  return ({ body }) => {
    const error = errorIn(body);
    assert.equal(error?.type, type);
    assert.equal(typeof error.message, "string");
  };
}
