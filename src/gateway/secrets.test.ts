import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Failure } from "../failures/failure.ts";
import { type ChannelSecrets, secretsScrubber } from "./secrets.ts";

const key = "sk-proj-Qw7AbCdEfGh-92";
const plain: ChannelSecrets = {
  credential: key,
  channel: { options: {}, overrides: {} },
  headers: { authorization: `Bearer ${key}` },
  baseUrl: "http://llm.acme.example:8443/v1",
};

function scrub(text: string, secrets: Partial<ChannelSecrets> = {}): string {
  return secretsScrubber({ ...plain, ...secrets })(
    new Failure("upstream.request_rejected", { message: text }),
  ).message;
}

describe("a failure is rid of the credential", () => {
  it("in everything that it says, to the client and to the operator", () => {
    const failure = secretsScrubber(plain)(
      new Failure("upstream.rate_limited", {
        message: `m ${key}`,
        param: `p.${key}`,
        suggestion: `s ${key}`,
        operator: `o ${key} at llm.acme.example`,
        details: { list: [`d ${key}`], count: 1 },
        retryAfter: 7,
        providerStatus: 429,
      }),
    );
    assert.equal(failure.message, "m [key]");
    assert.equal(failure.param, "p.[key]");
    assert.equal(failure.suggestion, "s [key]");
    assert.equal(failure.operator, "o [key] at llm.acme.example");
    assert.deepEqual(failure.details, { list: ["d [key]"], count: 1 });
    assert.equal(failure.retryAfter, 7);
    assert.equal(failure.providerStatus, 429);
  });

  it("whatever letters it is written in, and wherever it stands", () => {
    assert.equal(scrub(`a${key.toUpperCase()}b ${key}`), "a[key]b [key]");
  });

  it("where only a part of it is shown", () => {
    assert.equal(scrub("key Qw7AbCdEf… is wrong"), "key [key]… is wrong");
    assert.equal(scrub("key sk-pr***-92 is wrong"), "key sk-pr***-92 is wrong");
  });

  it("whatever surrounds it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        assert.ok(!scrub(before + key + after).includes("Qw7AbCdEf"));
      }),
    );
  });

  it("where it is a document, of its values", () => {
    const credential = JSON.stringify({
      type: "service_account",
      project_id: "acme-prod-7",
      private_key:
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----",
      client_email: "bot@acme-prod-7.iam.gserviceaccount.com",
      token_uri: "https://oauth2.googleapis.com/token",
    });
    const secrets = { credential, headers: {} };
    assert.equal(scrub("x MIIEvQIBADANBgkqhkiG9w0 y", secrets), "x [key] y");
    assert.equal(scrub("for acme-prod-7: service_account", secrets), "for [key]: service_account");
  });

  it("made into a token, or set by an override", () => {
    const headers = { authorization: "Bearer ya29.made-of-it-1", accept: "application/json" };
    const channel = { options: {}, overrides: { headers: { "x-acme-key": "acme-own-key-77" } } };
    const text = "ya29.made-of-it-1 acme-own-key-77 application/json";
    assert.equal(scrub(text, { headers, channel }), "[key] [key] application/json");
  });

  it("but a placeholder stays a word", () => {
    assert.equal(scrub("none is EMPTY", { credential: "EMPTY", headers: {} }), "none is EMPTY");
  });
});

describe("a client does not learn", () => {
  it("the channel's host", () => {
    assert.equal(scrub("at LLM.acme.example, llm.acme.example:8443"), "at [host], [host]");
    assert.equal(scrub("not.llm.acme.example.org"), "not.[host].org");
    assert.equal(
      scrub("ollama at ollama:11434", { baseUrl: "http://ollama:11434" }),
      "ollama at [host]",
    );
  });

  it("the channel's account at the provider", () => {
    const channel = {
      options: { organization: "org-Qx7Acme", region: "eu" },
      overrides: {},
    };
    assert.equal(scrub("for org-qx7acme in eu", { channel }), "for [id] in eu");
  });
});

it("time grows with the text, not with its shape", () => {
  for (const unit of [key, "a", key.slice(0, 9), "llm.acme.example"]) {
    const text = unit.repeat(Math.ceil(500_000 / unit.length));
    const began = performance.now();
    scrub(text);
    assert.ok(performance.now() - began < 1000, `slow on ${unit}`);
  }
});
