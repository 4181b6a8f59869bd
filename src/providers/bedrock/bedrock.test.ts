import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { ProviderError } from "../../dialects/dialect.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import type { ProviderCall } from "../provider.ts";
import { bedrockFailures } from "./failures.ts";
import { bedrock, bedrockWith } from "./index.ts";

const call: ProviderCall = {
  baseUrl: "https://bedrock-runtime.us-east-1.amazonaws.com",
  credential: "ABSKexample",
  options: {},
  dialect: "bedrock-converse",
  model: "us.amazon.nova-micro-v1:0",
  stream: false,
  body: Buffer.from("{}"),
};
const at = () => new Date("2026-01-02T03:04:05Z");
const nowhere = bedrockWith({}, at);

describe("a call to Bedrock", () => {
  it("names the model in the path, encoded once, and carries an API key as a bearer", async () => {
    assert.deepEqual(await nowhere.address(call), {
      url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-micro-v1%3A0/converse",
      headers: { accept: "application/json", authorization: "Bearer ABSKexample" },
    });
    const arn = "arn:aws:bedrock:us-east-1:1:application-inference-profile/x";
    const { url, headers } = await nowhere.address({ ...call, model: arn, stream: true });
    assert.ok(url.endsWith(`/model/${encodeURIComponent(arn)}/converse-stream`));
    assert.equal(headers.accept, "application/vnd.amazon.eventstream");
  });

  it("goes to the region of the channel, of the base URL, or of the environment", async () => {
    const elsewhere = bedrockWith({ AWS_REGION: "eu-west-3" }, at);
    const host = async (more: Partial<ProviderCall>) =>
      new URL((await elsewhere.address({ ...call, ...more })).url).host;
    assert.equal(await host({}), "bedrock-runtime.eu-west-3.amazonaws.com");
    assert.equal(
      await host({ options: { region: "ap-south-1" } }),
      "bedrock-runtime.ap-south-1.amazonaws.com",
    );
    assert.equal(await host({ baseUrl: "http://127.0.0.1:9/" }), "127.0.0.1:9");
    const signed = await elsewhere.address({
      ...call,
      baseUrl: "https://bedrock-runtime.sa-east-1.amazonaws.com",
      credential: "AKIAIOSFODNN7EXAMPLE:secret",
    });
    assert.match(
      signed.headers.authorization ?? "",
      /\/20260102\/sa-east-1\/bedrock\/aws4_request/,
    );
  });

  it("is signed with the channel's access key, or with the environment's", async () => {
    const own = await nowhere.address({ ...call, credential: "ASIAIOSFODNN7EXAMPLE:sec/ret:tok" });
    assert.equal(own.headers["x-amz-security-token"], "tok");
    assert.equal(own.headers["x-amz-date"], "20260102T030405Z");
    const environment = {
      AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "sec/ret",
      AWS_SESSION_TOKEN: "tok",
    };
    const fromEnvironment = await bedrockWith(environment, at).address({
      ...call,
      credential: "ASIAIOSFODNN7EXAMPLE",
    });
    assert.deepEqual(fromEnvironment, own);
  });

  it("is refused where the credential is none, without telling it", async () => {
    for (const credential of ["", "AKIAIOSFODNN7EXAMPLE", "x:y", "AKIAIOSFODNN7EXAMPLE:"]) {
      await assert.rejects(
        async () => nowhere.address({ ...call, credential }),
        (thrown) =>
          thrown instanceof Failure &&
          thrown.cause === "upstream.credential_rejected" &&
          (credential === "" || !`${thrown.operator}${thrown.message}`.includes(credential)),
      );
    }
  });
});

function told(
  status: number,
  type: string | undefined,
  message: string,
  rest: Partial<ProviderError> = {},
): ProviderError {
  const headers = type === undefined ? {} : { "x-amzn-errortype": `${type}:http://internal/` };
  return { status, headers, body: { message }, ...rest };
}

describe("an error of Bedrock's", () => {
  const inStream = (type: string): ProviderError => ({
    body: { message: "x", __type: type },
    inStream: true,
  });
  const cases: [Cause, ProviderError][] = [
    [
      "upstream.context_too_long",
      told(400, "ValidationException", "Input is too long for requested model."),
    ],
    [
      "upstream.model_unknown",
      told(400, "ValidationException", "The provided model identifier is invalid."),
    ],
    [
      "upstream.model_unknown",
      told(
        400,
        "ValidationException",
        "Invocation of model ID m with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
      ),
    ],
    [
      "upstream.credential_rejected",
      told(
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
      ),
    ],
    ["upstream.model_unknown", told(404, "ResourceNotFoundException", "Not found")],
    [
      "upstream.parameter_rejected",
      told(
        400,
        undefined,
        "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
      ),
    ],
    ["upstream.request_rejected", told(400, "ValidationException", "messages: bad")],
    ["upstream.credential_rejected", told(403, "AccessDeniedException", "User is not authorized")],
    [
      "upstream.credential_rejected",
      told(403, "UnrecognizedClientException", "The security token included is invalid."),
    ],
    ["upstream.credential_rejected", told(403, "ExpiredTokenException", "expired")],
    ["upstream.credential_rejected", told(403, "InvalidSignatureException", "mismatch")],
    ["upstream.credential_rejected", told(403, undefined, "Authentication failed")],
    ["upstream.rate_limited", told(429, "ThrottlingException", "Too many requests")],
    ["upstream.overloaded", told(429, "ModelNotReadyException", "Model is not ready")],
    ["upstream.gateway_timeout", told(408, "ModelTimeoutException", "Timed out")],
    ["upstream.server_error", told(424, "ModelErrorException", "The model failed")],
    ["upstream.server_error", told(500, "InternalServerException", "x")],
    ["upstream.overloaded", told(503, "ServiceUnavailableException", "x")],
    ["upstream.account_exhausted", told(400, "ServiceQuotaExceededException", "x")],
    [
      "upstream.credential_rejected",
      {
        status: 403,
        body: { __type: "com.amazon.coral.service#ExpiredTokenException", message: "x" },
      },
    ],
    ["upstream.rate_limited", inStream("throttlingException")],
    ["upstream.server_error", inStream("modelStreamErrorException")],
    ["upstream.server_error", inStream("internalServerException")],
    ["upstream.overloaded", inStream("serviceUnavailableException")],
    ["upstream.request_rejected", inStream("validationException")],
    ["upstream.error_unknown", inStream("newException")],
  ];
  for (const [cause, error] of cases) {
    it(`is ${cause} for ${error.status ?? "in the stream"}: ${JSON.stringify([error.headers, error.body]).slice(0, 100)}`, () => {
      const failure = bedrock.failure(error);
      assert.equal(failure.cause, cause);
      assert.equal(failure.provider, "bedrock");
    });
  }

  it("does not tell the client the account that an address names", () => {
    const { message } = bedrock.failure(
      told(
        400,
        "ValidationException",
        "Invocation of model ID arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x with on-demand throughput isn’t supported.",
      ),
    );
    assert.doesNotMatch(message, /123456789012/);
  });

  it("cites the vendor's documentation in every row", () => {
    for (const row of bedrockFailures) {
      assert.ok(row.source.startsWith("https://docs.aws.amazon.com/bedrock/"));
    }
  });

  const fixtures = new URL("../../../../shared/fixtures/recorded/", import.meta.url);
  const skip = existsSync(fixtures) ? false : "the recorded traffic is not at ../shared/fixtures";
  it("is known where it was recorded", { skip }, () => {
    const lines = readFileSync(new URL("bedrock.error.jsonl", fixtures), "utf8").split("\n");
    for (const line of lines.filter(Boolean)) {
      const { status, body } = JSON.parse(line).response;
      const { cause } = bedrock.failure({ status, body });
      assert.ok(cause === "upstream.parameter_rejected" || cause === "upstream.model_unknown");
    }
  });
});
