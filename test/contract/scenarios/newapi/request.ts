/** The request, and who sends it. */
import assert from "node:assert/strict";
import { BODY_BYTES } from "../../harness.ts";
import { type ChatScenario, chatScenario, type Scenario } from "../../scenario.ts";

export const request: readonly Scenario[] = [
  chat({
    code: "invalid_request",
    title: "a temperature beyond the range",
    cause: { body: { temperature: 2.5 } },
    control: { body: { temperature: 1.5 } },
  }),
  chat({
    code: "bad_request_body",
    title: "a body that is not JSON",
    cause: { encode: (body) => body.slice(0, -1) },
  }),
  {
    contract: "newapi",
    code: "read_request_body_failed",
    title: "an upload that is closed half-way; a corrupt Content-Encoding; a body too large",
    async provoke({ main }) {
      const corrupt = await main.chat("newapi", { headers: { "content-encoding": "gzip" } });
      assert.deepEqual([corrupt.status, corrupt.code], [400, "read_request_body_failed"]);
      // The rows' status_note.
      const large = await main.chat("newapi", { body: { user: "u".repeat(BODY_BYTES) } });
      assert.deepEqual([large.status, large.code], [413, "read_request_body_failed"]);
      return main.chat("newapi", { cutAt: 20 });
    },
    control: ({ main }) => main.chat("newapi"),
  },
  {
    contract: "newapi",
    code: "access_denied",
    title: "a key that was revoked; 401 for none and an unknown one",
    async provoke({ main }) {
      // The rows' status_note.
      for (const credential of ["", "sk-nobody-made-this"]) {
        const unknown = await main.chat("newapi", { credential });
        assert.deepEqual([unknown.status, unknown.code], [401, "access_denied"]);
      }
      const { id, secret } = await main.makeKey();
      const revoked = await main.admin("DELETE", `/keys/${id}`);
      assert.equal(revoked.status, 200, revoked.text);
      return main.chat("newapi", { credential: secret });
    },
    control: ({ main }) => main.chat("newapi", { key: {} }),
  },
  chat({
    code: "model_not_found",
    title: "a model that no channel serves",
    cause: { body: { model: "nobody-has-this" } },
  }),
];

function chat(told: Omit<ChatScenario, "contract">): Scenario {
  return chatScenario({ contract: "newapi", ...told });
}
