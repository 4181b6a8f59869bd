import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Event } from "../../core/events.ts";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { ProviderError, ReadContext } from "../../dialects/dialect.ts";
import { openaiChat } from "../../dialects/openai-chat/index.ts";
import { openaiResponses } from "../../dialects/openai-responses/index.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import type { ProviderCall } from "../provider.ts";
import { azureFailures } from "./failures.ts";
import { azure, azureWith } from "./index.ts";

const call: ProviderCall = {
  baseUrl: "https://r.openai.azure.com",
  credential: "0123456789abcdef",
  options: {},
  dialect: "openai-chat",
  model: "gpt 4o/eu",
  stream: false,
  body: new Uint8Array(),
};
const noTokens = { token: () => assert.fail("no token is needed") };
const plain = azureWith(noTokens, {});
const url = async (more: Partial<ProviderCall>, environment = {}) =>
  (await azureWith(noTokens, environment).address({ ...call, ...more })).url;

describe("a call to Azure", () => {
  it("goes to the address that its path versions, where no version is given", async () => {
    for (const end of ["", "/", "/openai", "/openai/v1", "/openai/v1/"]) {
      assert.equal(
        await url({ baseUrl: `${call.baseUrl}${end}` }),
        "https://r.openai.azure.com/openai/v1/chat/completions",
      );
    }
    assert.equal(
      await url({ dialect: "openai-responses", baseUrl: "https://r.services.ai.azure.com" }),
      "https://r.services.ai.azure.com/openai/v1/responses",
    );
    assert.equal(
      await url({
        baseUrl: "https://r.services.ai.azure.com/api/projects/p/openai/v1",
        options: { api_version: "preview" },
      }),
      "https://r.services.ai.azure.com/api/projects/p/openai/v1/chat/completions?api-version=preview",
    );
  });

  it("goes to the deployment, where a version is given by the channel or the environment", async () => {
    const expected =
      "https://r.openai.azure.com/openai/deployments/gpt%204o%2Feu/chat/completions?api-version=2024-10-21";
    assert.equal(await url({ options: { api_version: "2024-10-21" } }), expected);
    assert.equal(await url({}, { OPENAI_API_VERSION: "2024-10-21" }), expected);
    assert.equal(
      await url({ dialect: "openai-responses", options: { api_version: "2025-04-01-preview" } }),
      "https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
    );
    assert.equal(
      await url({ baseUrl: `${call.baseUrl}/openai/v1` }, { OPENAI_API_VERSION: "2024-10-21" }),
      "https://r.openai.azure.com/openai/v1/chat/completions",
    );
  });

  it("asks for embeddings beside the chat", async () => {
    const operation = "embeddings" as const;
    assert.equal(await url({ operation }), "https://r.openai.azure.com/openai/v1/embeddings");
    assert.equal(
      await url({ operation, options: { api_version: "2024-10-21" } }),
      "https://r.openai.azure.com/openai/deployments/gpt%204o%2Feu/embeddings?api-version=2024-10-21",
    );
  });

  it("carries a key in its own header, and a ready token as a bearer", async () => {
    assert.deepEqual((await plain.address(call)).headers, { "api-key": "0123456789abcdef" });
    const token = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJ4In0.sig";
    assert.deepEqual((await plain.address({ ...call, credential: token })).headers, {
      authorization: `Bearer ${token}`,
    });
  });

  it("is refused where the credential is none, without telling it", async () => {
    const refused: [string, Record<string, string>][] = [
      ["", {}],
      ["{sesame", {}],
      ['{"client_id":"c","client_secret":"sesame"}', {}],
      ["sesame", { tenant_id: "t", client_id: "c", token_url: "http://x.test/" }],
      ["sesame", { tenant_id: "t", client_id: "c", authority: "ftp://x.test" }],
    ];
    for (const [credential, options] of refused) {
      await assert.rejects(
        async () => plain.address({ ...call, credential, options }),
        (thrown) =>
          thrown instanceof Failure &&
          thrown.cause === "upstream.credential_rejected" &&
          !`${thrown.operator}${thrown.message}`.includes("sesame"),
      );
    }
  });
});

function told(status: number, code: string | null, message: string, more = {}): ProviderError {
  return { status, body: { error: { code, message, ...more } } };
}

describe("an error of Azure's", () => {
  const filtered = {
    innererror: {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { hate: { filtered: true, severity: "high" } },
    },
  };
  const cases: [Cause, ProviderError][] = [
    ["upstream.content_filtered", told(400, "content_filter", "The response was filtered")],
    ["upstream.content_filtered", told(400, null, "Filtered", filtered)],
    [
      "upstream.model_unknown",
      told(404, "DeploymentNotFound", "The API deployment for this resource does not exist."),
    ],
    ["upstream.status_unexpected", told(404, "404", "Resource not found")],
    ["upstream.status_unexpected", told(400, "BadRequest", "API version not supported")],
    [
      "upstream.context_too_long",
      told(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens."),
    ],
    [
      "upstream.parameter_rejected",
      told(400, "unsupported_parameter", "Unsupported parameter: 'max_tokens'"),
    ],
    [
      "upstream.request_rejected",
      told(400, "OperationNotSupported", "chatCompletion does not work"),
    ],
    ["upstream.request_rejected", told(400, null, "Invalid body")],
    [
      "upstream.credential_rejected",
      told(401, "401", "Access denied due to invalid subscription key or wrong API endpoint."),
    ],
    ["upstream.credential_rejected", told(401, "PermissionDenied", "Principal lacks data action")],
    [
      "upstream.credential_rejected",
      told(403, "AccessDenied", "Access denied due to Virtual Network/Firewall rules."),
    ],
    [
      "upstream.account_exhausted",
      told(403, "AccessDenied", "The resource has been temporarily blocked."),
    ],
    ["upstream.rate_limited", told(429, "RateLimitReached", "Rate limit is exceeded.")],
    [
      "upstream.rate_limited",
      told(
        429,
        "429",
        "Requests have exceeded call rate limit of your current OpenAI S0 pricing tier.",
      ),
    ],
    ["upstream.account_exhausted", told(429, "insufficient_quota", "You exceeded your quota")],
    ["upstream.overloaded", told(429, "NoCapacity", "The system is experiencing high demand")],
    ["upstream.gateway_timeout", told(408, "Timeout", "The operation was timeout.")],
    ["upstream.server_error", told(500, "InternalServerError", "The server had an error")],
    ["upstream.overloaded", told(503, "ServiceUnavailable", "Busy")],
    [
      "upstream.content_filtered",
      { body: { error: { code: "content_filter", message: "x" } }, inStream: true },
    ],
  ];
  for (const [cause, error] of cases) {
    it(`is ${cause} for ${error.status ?? "in the stream"}: ${JSON.stringify(error.body).slice(0, 90)}`, () => {
      const failure = azure.failure(error);
      assert.equal(failure.cause, cause);
      assert.equal(failure.provider, "azure");
    });
  }

  it("does not tell the client the gateway's own deployment", () => {
    const failure = azure.failure(
      told(404, "DeploymentNotFound", "The API deployment our-secret-name does not exist."),
    );
    assert.doesNotMatch(failure.message, /our-secret-name/);
    assert.match(failure.operator ?? "", /our-secret-name/);
  });

  it("says when a retry may help, in milliseconds or seconds", () => {
    const wait = (headers: Record<string, string>) =>
      azure.failure({ ...told(429, "429", "Rate limit"), headers }).retryAfter;
    assert.equal(wait({ "retry-after-ms": "2500", "retry-after": "9" }), 3);
    assert.equal(wait({ "retry-after": "9" }), 9);
  });

  it("cites Microsoft's documentation in every row", () => {
    for (const row of azureFailures) {
      assert.ok(row.source.startsWith("https://learn.microsoft.com/"));
    }
  });
});

const root = new URL("../../../../shared/fixtures/", import.meta.url);
const skip = existsSync(root) ? false : "the recorded traffic is not at ../shared/fixtures";
const context: ReadContext = {
  origin: { provider: "azure", channel: "chn_1" },
  failure: (error) => azure.failure(error),
};
const textOf = (events: readonly Event[]) =>
  events.map((event) => (event.type === "delta" ? (event.text ?? "") : "")).join("");

describe("recorded traffic of Azure", { skip }, () => {
  it("was sent to where Parley sends it, and its answer is read", async () => {
    const lines = readFileSync(new URL("recorded/azure.json.jsonl", root), "utf8").split("\n");
    let chats = 0;
    for (const line of lines.filter(Boolean)) {
      const { request, response } = JSON.parse(line);
      const sent = new URL(String(request.url));
      const body: JsonObject = response.body;
      const isChat = sent.pathname.endsWith("/chat/completions");
      const version = sent.searchParams.get("api-version");
      const found = await plain.address({
        ...call,
        baseUrl: isChat ? sent.origin : `${sent.origin}/openai/v1`,
        dialect: isChat ? "openai-chat" : "openai-responses",
        model: "gpt-4o",
        options: version === null ? {} : { api_version: version },
      });
      assert.equal(found.url, sent.href);
      const events = (isChat ? openaiChat : openaiResponses).readAnswer(body, context);
      const finish = events.at(-1);
      assert.ok(finish?.type === "finish" && finish.reason !== "other");
      if (!isChat) continue;
      chats += 1;
      const { choices } = body;
      const [choice] = Array.isArray(choices) ? choices.filter(isObject) : [];
      assert.ok(isObject(choice?.message));
      assert.equal(textOf(events), choice.message.content);
      // The filter's ratings of the answer and of the prompt are not lost.
      const told = JSON.stringify(events);
      assert.match(told, /content_filter_results/);
      assert.match(told, /prompt_filter_results/);
    }
    assert.equal(chats, 1);
  });

  it("single answers and streams are read to their end", () => {
    const names = readdirSync(new URL("streams/azure/", root));
    assert.ok(names.length > 5);
    for (const name of names) {
      const text = readFileSync(new URL(`streams/azure/${name}`, root), "utf8");
      const events = name.endsWith(".json")
        ? openaiResponses.readAnswer(JSON.parse(text), context)
        : streamed(text);
      const kinds = new Set(events.map((event) => event.type));
      assert.ok(kinds.has("finish") && kinds.has("usage") && kinds.has("part-start"), name);
    }
  });
});

function streamed(text: string): Event[] {
  const reader = openaiResponses.readStream(context);
  const frames = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((data) => ({ event: String(JSON.parse(data).type), data }));
  return [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()];
}
