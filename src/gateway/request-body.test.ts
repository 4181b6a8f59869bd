import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import { providers } from "../providers/registry.ts";
import { outgoingBody } from "./request-body.ts";
import { exchangeForTest, offeringForTest } from "./testing.ts";

const messages = '"messages":[{"role":"user","content":"Hi"}]';

function sent(
  text: string,
  {
    model = "m",
    provider = "openai",
    override,
  }: { model?: string; provider?: string; override?: JsonObject } = {},
) {
  const vendor = providers.get(provider);
  if (vendor?.kind !== "http") throw new Error(`${provider} is not reached over HTTP`);
  const offering = offeringForTest(
    provider,
    model,
    override === undefined ? {} : { body: override },
  );
  const body = outgoingBody(exchangeForTest(text), offering, vendor);
  return { ...body, text: body.bytes.toString() };
}

function causedBy(cause: string) {
  return (error: unknown) => error instanceof Failure && error.cause === cause;
}

test("what needs no change is not changed", () => {
  const text = `{ "model" : "m",\n${messages}, "far":1e999 , "big":12345678901234567890 }`;
  const body = sent(text);
  assert.equal(body.text, text);
  assert.equal(body.passesThrough, true);
});

test("the model's name is the provider's, wherever it stands", () => {
  assert.equal(sent(`{${messages},"model":"openai/m" }`).text, `{${messages},"model":"m" }`);
});

test("Parley's own fields stay here, however many, first or last", () => {
  const plain = `{"model":"m",${messages}}`;
  assert.equal(sent(`{"gateway":{"retries":1},"model":"m",${messages}}`).text, plain);
  assert.equal(sent(`{"model":"m",${messages},"gateway":{"retries":1}}`).text, plain);
});

test("a field that comes twice is sent as it was read", () => {
  const { text } = sent(
    `{"model":"other","far":1,"model":"m","messages":[],${messages},"far":1e999}`,
  );
  assert.doesNotMatch(text, /other|"far":1,|\[\]/);
  assert.equal(text.split('"far":1e999').length, 3, "its last value, as it was written");
});

test("usage is asked for with every stream, beside what the client says of it", () => {
  const asked = JSON.parse(sent(`{"model":"m",${messages},"stream":true}`).text);
  assert.deepEqual(asked.stream_options, { include_usage: true });
  const more = JSON.parse(
    sent(`{"model":"m",${messages},"stream":true,"stream_options":{"include_obfuscation":false}}`)
      .text,
  );
  assert.deepEqual(more.stream_options, { include_obfuscation: false, include_usage: true });
  assert.doesNotMatch(sent(`{"model":"m",${messages}}`).text, /stream_options/);
});

test("an override is merged, replaces, adds and removes", () => {
  const text = `{"model":"m",${messages},"user":"me","extra":{"a":1,"b":{"c":2}},"top_p":1}`;
  const override = { user: null, extra: { b: { c: null, d: 3 } }, top_p: 0.5, seed: 7 };
  const { messages: kept, model, ...rest } = JSON.parse(sent(text, { override }).text);
  assert.equal(model, "m");
  assert.equal(kept.length, 1);
  assert.deepEqual(rest, { extra: { a: 1, b: { d: 3 } }, top_p: 0.5, seed: 7 });
});

test("an override that spoils the body is told as what it is", () => {
  const spoiled: JsonObject[] = [{ messages: "none" }, { model: null }, { temperature: "hot" }];
  for (const override of spoiled) {
    const text = `{"model":"m",${messages}}`;
    assert.throws(() => sent(text, { override }), causedBy("channel.override_invalid"));
  }
});

test("a mapping without an end has no model to ask for", () => {
  assert.throws(
    () => sent(`{"model":"m",${messages}}`, { model: "" }),
    causedBy("channel.mapping_failed"),
  );
});

test("for a provider of another format the request is written anew", () => {
  const body = sent(`{"model":"anthropic/m",${messages},"max_tokens":5,"gateway":{}}`, {
    provider: "anthropic",
  });
  assert.equal(body.passesThrough, false);
  assert.equal(body.dialect.name, "anthropic-messages");
  const { model, max_tokens, gateway } = JSON.parse(body.text);
  assert.deepEqual([model, max_tokens, gateway], ["m", 5, undefined]);
});
