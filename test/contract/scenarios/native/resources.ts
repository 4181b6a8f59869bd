/** The management API. */
import assert from "node:assert/strict";
import { isObject, type JsonObject } from "../../../../src/core/json.ts";
import { fresh, type Gateway } from "../../gateway.ts";
import { configured } from "../../harness.ts";
import { errorIn, type Observed } from "../../http.ts";
import type { Scenario } from "../../scenario.ts";

export const resources: readonly Scenario[] = [
  {
    contract: "native",
    code: "duplicate_resource",
    title: "a channel of a name that is taken",
    async provoke({ main }) {
      const { name } = await main.makeChannel();
      return main.admin("POST", "/channels", { name, provider: "openai" });
    },
    control: ({ main }) =>
      main.admin("POST", "/channels", { name: fresh("channel"), provider: "openai" }),
  },
  {
    contract: "native",
    code: "field_immutable",
    title: "another provider for a channel that exists",
    async provoke({ main }) {
      const answer = await change(main, { provider: "sandbox" });
      assert.equal(errorIn(answer.body)?.param, "provider");
      return answer;
    },
    // A resource may be sent back as it was answered.
    control: ({ main }) => change(main, { provider: "openai" }),
  },
  {
    contract: "native",
    code: "state_precondition_failed",
    title: "If-Match names a version that is past",
    provoke: ({ main }) => change(main, { priority: 2 }, { "if-match": '"4711"' }),
    control: ({ main }) => change(main, { priority: 2 }, { "if-match": '"1"' }),
  },
  {
    contract: "native",
    code: "operation_not_allowed",
    title: "a change of a channel that comes from parley.yaml",
    async provoke({ main }) {
      const { body } = await main.admin("GET", "/channels?limit=1000");
      const channels = isObject(body) && Array.isArray(body.data) ? body.data : [];
      const channel = channels.find((one) => isObject(one) && one.name === configured.name);
      assert.ok(isObject(channel), "the configured channel is listed");
      return main.admin("PATCH", `/channels/${channel.id}`, { priority: 2 });
    },
    control: ({ main }) => change(main, { priority: 2 }),
  },
];

/** Changes a channel of its own. */
async function change(
  gateway: Gateway,
  body: JsonObject,
  headers: Record<string, string> = {},
): Promise<Observed> {
  const { id } = await gateway.makeChannel();
  return gateway.admin("PATCH", `/channels/${id}`, body, headers);
}
