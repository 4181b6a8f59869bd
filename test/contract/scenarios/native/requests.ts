/** What a request itself can have wrong. */
import assert from "node:assert/strict";
import type { Chat } from "../../gateway.ts";
import { BODY_BYTES } from "../../harness.ts";
import { errorIn, type Observed } from "../../http.ts";
import { chatScenario, type Scenario } from "../../scenario.ts";

export const requests: readonly Scenario[] = [
  request("invalid_request", "a body that is not JSON", {
    encode: (body) => body.slice(0, -1),
  }),
  request(
    "invalid_parameter_value",
    "a temperature beyond the range",
    { body: { temperature: 2.5 } },
    { control: { body: { temperature: 1.5 } }, param: "temperature" },
  ),
  request(
    "missing_required_parameter",
    "no messages",
    { body: { messages: null } },
    { param: "messages" },
  ),
  request(
    "unknown_field",
    "a misspelt field in Parley's own object",
    { body: { gateway: { retrys: 1 } } },
    { control: { body: { gateway: { retries: 1 } } }, param: "gateway.retrys" },
  ),
  request(
    "payload_too_large",
    "a body over limits.body_bytes",
    { body: { user: "u".repeat(BODY_BYTES) } },
    { control: { body: { user: "u".repeat(BODY_BYTES / 2) } } },
  ),
  chatScenario({
    contract: "native",
    code: "method_not_allowed",
    title: "GET where only POST is answered",
    cause: { method: "GET" },
    check: (answer) => assert.equal(answer.headers.allow, "POST"),
  }),
  request(
    "model_not_found",
    "a model that no channel serves",
    { body: { model: "nobody-has-this" } },
    { param: "model" },
  ),
  {
    contract: "native",
    code: "resource_not_found",
    title: "the id of no channel",
    provoke: ({ main }) => main.admin("GET", "/channels/chn_0000000000000000"),
    async control({ main }) {
      const { id } = await main.makeChannel();
      return main.admin("GET", `/channels/${id}`);
    },
  },
];

function request(
  code: string,
  title: string,
  cause: Chat,
  more: { control?: Chat; param?: string } = {},
): Scenario {
  const { control, param } = more;
  const check = (answer: Observed) => {
    if (param !== undefined) assert.equal(errorIn(answer.body)?.param, param);
  };
  return chatScenario({ contract: "native", code, title, cause, control, check });
}
