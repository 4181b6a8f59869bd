import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { gaxios, JWT } from "google-auth-library";
import { Failure } from "../../failures/failure.ts";
import type { ProviderCall } from "../provider.ts";
import { GoogleTokens, readCredential, type TokenSource } from "./credentials.ts";
import { vertexWith } from "./index.ts";

const tokens: TokenSource = {
  token: () => Promise.resolve("made"),
  project: () => Promise.resolve("from-credential"),
};
const vertex = vertexWith(tokens);

const serviceAccount = JSON.stringify({
  type: "service_account",
  project_id: "p",
  client_email: "a@p.iam.gserviceaccount.com",
  private_key: "key",
});

const call: ProviderCall = {
  baseUrl: "https://aiplatform.googleapis.com",
  credential: serviceAccount,
  options: { project: "my-project", location: "europe-west4" },
  dialect: "gemini",
  model: "gemini-3-flash-preview",
  stream: false,
  body: new Uint8Array(),
};

describe("Vertex AI's address", () => {
  it("of Gemini is in the location and carries a token", async () => {
    assert.deepEqual(await vertex.address(call), {
      url: "https://europe-west4-aiplatform.googleapis.com/v1/projects/my-project/locations/europe-west4/publishers/google/models/gemini-3-flash-preview:generateContent",
      headers: { authorization: "Bearer made" },
    });
  });

  it("of Claude is a raw prediction", async () => {
    const { url } = await vertex.address({
      ...call,
      dialect: "anthropic-messages",
      model: "claude-sonnet-4-5@20250929",
      stream: true,
      options: { project: "p", location: "global" },
    });
    assert.equal(
      url,
      "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict",
    );
  });

  it("takes the project from the credential and the group's host for a group of regions", async () => {
    const { url } = await vertex.address({ ...call, options: { location: "eu" }, stream: true });
    assert.equal(
      url,
      "https://aiplatform.eu.rep.googleapis.com/v1/projects/from-credential/locations/eu/publishers/google/models/gemini-3-flash-preview:streamGenerateContent?alt=sse",
    );
  });

  it("in express mode has neither project nor location", async () => {
    assert.deepEqual(await vertex.address({ ...call, credential: "AQ.key", options: {} }), {
      url: "https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-3-flash-preview:generateContent",
      headers: { "x-goog-api-key": "AQ.key" },
    });
  });

  it("sends an access token as it is, also to another base URL", async () => {
    const { url, headers } = await vertex.address({
      ...call,
      baseUrl: "http://127.0.0.1:9/",
      credential: "ya29.token",
    });
    assert.ok(url.startsWith("http://127.0.0.1:9/v1/projects/my-project/"));
    assert.deepEqual(headers, { authorization: "Bearer ya29.token" });
  });
});

describe("Vertex AI's body", () => {
  it("of Claude has the version and no model", () => {
    const body = vertex.body?.(
      { model: "claude-opus-4-6", max_tokens: 1, stream: true },
      { dialect: "anthropic-messages", model: "claude-opus-4-6", stream: true },
    );
    assert.deepEqual(body, {
      anthropic_version: "vertex-2023-10-16",
      max_tokens: 1,
      stream: true,
    });
  });

  it("of Gemini stays as it is", () => {
    const body = { contents: [] };
    const how = { dialect: "gemini", model: "gemini-3", stream: false } as const;
    assert.equal(vertex.body?.(body, how), body);
  });
});

it("each model is reached in its own format", () => {
  assert.deepEqual(vertex.dialectsOf?.("claude-opus-4-6"), ["anthropic-messages"]);
  assert.deepEqual(vertex.dialectsOf?.("google/gemini-3-flash"), ["gemini"]);
});

describe("a credential", () => {
  it("of the machine needs no secret", () => {
    assert.deepEqual(readCredential(""), { kind: "default" });
    assert.deepEqual(readCredential("metadata"), { kind: "default" });
  });

  const refused = {
    "that is broken JSON": "{",
    "of an unknown kind": '{"type":"other"}',
    "of a service account without a key": '{"type":"service_account"}',
    "that sends tokens elsewhere": JSON.stringify({
      type: "external_account",
      token_url: "https://evil.example/token",
    }),
    "that pretends to be Google": JSON.stringify({
      type: "external_account",
      token_url: "https://sts.googleapis.com.evil.example/v1/token",
    }),
    "that runs a program": JSON.stringify({
      type: "external_account",
      token_url: "https://sts.googleapis.com/v1/token",
      credential_source: { executable: { command: "/bin/true" } },
    }),
    "that hides another": JSON.stringify({
      type: "impersonated_service_account",
      source_credentials: { type: "external_account", token_url: "http://127.0.0.1/" },
    }),
  };
  for (const [name, secret] of Object.entries(refused)) {
    it(`${name} is rejected before anything is sent`, () => {
      assert.throws(
        () => readCredential(secret),
        (thrown) => thrown instanceof Failure && thrown.cause === "upstream.credential_rejected",
      );
    });
  }
});

describe("tokens", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  /** Google's own client for service accounts, its wire replaced. */
  function source(lifetime: number, sent: string[]): GoogleTokens {
    return new GoogleTokens(async () => {
      const transporter = new gaxios.Gaxios({
        fetchImplementation: async (url, options) => {
          sent.push(`${String(url)} ${String(options?.body)}`);
          return Response.json({ access_token: `t${sent.length}`, expires_in: lifetime });
        },
      });
      return new JWT({ email: "a@b", key, scopes: ["s"], transporter });
    });
  }

  const credential = { kind: "json", json: { type: "service_account" } } as const;

  it("are made from a signed JWT and kept while they live", async () => {
    const sent: string[] = [];
    const kept = source(3600, sent);
    assert.equal(await kept.token(credential), "t1");
    assert.equal(await kept.token(credential), "t1");
    assert.equal(sent.length, 1);
    assert.match(sent[0] ?? "", /^https:\/\/[a-z0-9.]+\.googleapis\.com\/.*assertion=eyJ/);
  });

  it("are made anew before they expire", async () => {
    const sent: string[] = [];
    const short = source(30, sent);
    assert.equal(await short.token(credential), "t1");
    assert.equal(await short.token(credential), "t2");
  });

  it("that cannot be had are the credential's fault", async () => {
    const failing = new GoogleTokens(() => Promise.reject(new Error("invalid_grant")));
    await assert.rejects(
      failing.token({ kind: "default" }),
      (thrown) => thrown instanceof Failure && thrown.cause === "upstream.credential_rejected",
    );
  });

  it("that cannot be fetched are the network's", async () => {
    const failing = new GoogleTokens(() =>
      Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" })),
    );
    await assert.rejects(
      failing.token({ kind: "default" }),
      (thrown) => thrown instanceof Failure && thrown.cause === "upstream.connect_failed",
    );
  });
});

describe("Vertex AI's errors", () => {
  const told = (status: number, message: string, word: string) => ({
    status,
    body: { error: { code: status, message, status: word } },
  });
  const cases: [name: string, error: Parameters<typeof vertex.failure>[0], cause: string][] = [
    [
      "an unknown model",
      told(
        404,
        "Publisher Model `projects/p/locations/l/publishers/google/models/x` was not found or your project does not have access to it.",
        "NOT_FOUND",
      ),
      "upstream.model_unknown",
    ],
    [
      "too long an input",
      told(
        400,
        "Unable to submit request because the input token count is 2000000 but model only supports up to 1048576.",
        "INVALID_ARGUMENT",
      ),
      "upstream.context_too_long",
    ],
    [
      "shared capacity that is used up",
      told(429, "Resource exhausted, please try again later.", "RESOURCE_EXHAUSTED"),
      "upstream.rate_limited",
    ],
    [
      "a missing permission",
      told(403, "Permission 'aiplatform.endpoints.predict' denied", "PERMISSION_DENIED"),
      "upstream.credential_rejected",
    ],
    [
      "Claude's overload in Anthropic's words",
      { status: 529, body: { type: "error", error: { type: "overloaded_error", message: "x" } } },
      "upstream.overloaded",
    ],
  ];
  for (const [name, error, cause] of cases)
    it(`tell ${name}`, () => assert.equal(vertex.failure(error).cause, cause));
});
