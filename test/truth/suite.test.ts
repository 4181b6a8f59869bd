import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { fitFor } from "./faults/fault.ts";
import { nameOf, type Row, repliesOf, rowsOf, runSuite } from "./suite.ts";
import { startUpstream } from "./upstream.ts";
import { openaiChat } from "./wires/openai-chat.ts";

/** The upstream asked directly is the perfect pass-through: it hides nothing and mends nothing. */
describe("the suite of upstream faults, put to a pass-through", () => {
  let rows: Row[] = [];

  before(async () => {
    rows = rowsOf(openaiChat).filter(({ fault }) => fitFor(fault) === "any");
    const upstream = await startUpstream(0, nameOf, repliesOf(rows));
    const base = `http://127.0.0.1:${upstream.port}/v1`;
    await runSuite(rows, { base, key: "k", modelPrefix: "", strictness: "any" }, upstream);
  });

  const lies = (row: Row) =>
    Object.values(row.verdicts).flatMap((verdict) => verdict.lies.slice(0, 1));
  const isControl = (row: Row) => row.fault.what.startsWith("control:");

  it("finds every control true, because the client is given what the upstream said", () => {
    const untrue = rows
      .filter((row) => isControl(row) && row.fault.name !== "account-headers")
      // A connection that is reset after the end is the gateway's to hide.
      .filter((row) => row.fault.name !== "end-then-reset" && lies(row).length > 0)
      .map((row) => `${row.fault.name}: ${lies(row).join("; ")}`);
    assert.deepEqual(untrue, []);
  });

  it("finds headers that name the gateway's account", () => {
    const row = rows.find(({ fault }) => fault.name === "account-headers");
    assert.ok(row !== undefined && lies(row).length === 2);
  });

  for (const table of ["transport", "bodies", "stream-starts", "stream-breaks", "openai-chat"])
    it(`finds every fault of ${table} untold`, () => {
      const believed = rows
        .filter((row) => row.table === table && !isControl(row))
        .filter(({ fault }) => (fault.whole ?? fault.streamed)?.expect.kind !== "either")
        .filter((row) => lies(row).length < Object.keys(row.verdicts).length)
        .map(({ fault }) => fault.name);
      assert.deepEqual(believed, []);
    });

  it("finds planted secrets in every vendor's error", () => {
    const row = rows.find(({ fault }) => fault.name === "credential-rejected");
    assert.match(row?.verdicts.whole?.lies.join() ?? "", /leaks/);
  });
});
