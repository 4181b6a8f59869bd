import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Edit, editJson, scanJson } from "./json-spans.ts";

function edit(text: string, edits: Record<string, Edit>): string {
  const bytes = Buffer.from(text);
  return editJson(bytes, scanJson(bytes).fields, new Map(Object.entries(edits))).toString();
}

describe("editing the top level of a JSON text", () => {
  it("replaces a value and leaves every other byte as it was", () => {
    assert.equal(
      edit('{ "model" : "a/b" ,\n "n": 1e999, "big": 12345678901234567890 }', {
        model: { value: '"b"' },
      }),
      '{ "model" : "b" ,\n "n": 1e999, "big": 12345678901234567890 }',
    );
  });

  it("replaces every occurrence of a repeated name, also one written with escapes", () => {
    assert.equal(
      edit('{"model":"a","mod\\u0065l":"c"}', { model: { value: '"b"' } }),
      '{"model":"b","mod\\u0065l":"b"}',
    );
  });

  it("adds a missing field in front", () => {
    assert.equal(edit('{"a":1}', { b: { value: "2" } }), '{"b":2,"a":1}');
    assert.equal(edit("{ }", { b: { value: "2" } }), '{"b":2 }');
  });

  it("removes fields wherever they stand", () => {
    for (const text of [
      '{"x":1,"a":2,"b":3}',
      '{"a":2,"x":[1,{"x":2}],"b":3}',
      '{"a":2,"b":3,"x":"}"}',
    ]) {
      assert.deepEqual(JSON.parse(edit(text, { x: "remove" })), { a: 2, b: 3 });
    }
    assert.equal(edit('{"x":1}', { x: "remove" }), "{}");
    const two: Record<string, Edit> = { x: "remove", y: "remove" };
    for (const text of ['{"a":1,"x":2,"y":3}', '{"x":2, "y":3, "a":1}', '{"x":2,"a":1,"y":3}'])
      assert.equal(edit(text, two), '{"a":1}');
  });

  it("does not look into nested objects or strings", () => {
    assert.equal(
      edit('{"a":{"model":"x"},"s":"\\"model\\":1"}', { model: "remove" }),
      '{"a":{"model":"x"},"s":"\\"model\\":1"}',
    );
  });

  it("agrees with parsing, editing and writing, for any object", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("a", "model", "gateway", 'q"\\', "é"), fc.jsonValue(), {
          noNullPrototype: true,
        }),
        fc.dictionary(
          fc.constantFrom("a", "model", "gateway", 'q"\\', "absent"),
          fc.option(fc.jsonValue(), { nil: undefined }),
          { noNullPrototype: true },
        ),
        fc.constantFrom(undefined, 2),
        (object, changes, indent) => {
          const text = JSON.stringify(object, null, indent);
          const expected: Record<string, unknown> = { ...object };
          const edits: Record<string, Edit> = {};
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined) delete expected[name];
            else expected[name] = value;
            edits[name] = value === undefined ? "remove" : { value: JSON.stringify(value) };
          }
          assert.deepEqual(JSON.parse(edit(text, edits)), JSON.parse(JSON.stringify(expected)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("measures the depth of nesting", () => {
    assert.equal(scanJson(Buffer.from('{"a":[{"b":"[[["}]}')).depth, 3);
    assert.equal(scanJson(Buffer.from("[".repeat(500))).depth, 500);
    assert.equal(scanJson(Buffer.from('"x"')).depth, 0);
  });
});
