import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { signatureHeaders, type ToSign } from "./sigv4.ts";

/** The request of AWS's published examples for Signature Version 4. */
const example: ToSign = {
  method: "GET",
  url: new URL("https://example.amazonaws.com/"),
  body: new Uint8Array(),
  region: "us-east-1",
  service: "service",
  key: {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  },
  at: new Date("2015-08-30T12:36:00Z"),
};

/** The signature as the documentation describes it, of a path that is already as it is to be signed. */
function byHand(request: ToSign, canonicalPath: string): string {
  const date = request.at.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = date.slice(0, 8);
  const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
  const hmac = (key: string | Buffer, data: string) =>
    createHmac("sha256", key).update(data).digest();
  const token = request.key.sessionToken;
  const signed = ["host", "x-amz-date", ...(token === undefined ? [] : ["x-amz-security-token"])];
  const canonical = [
    request.method,
    canonicalPath,
    "",
    `host:${request.url.host}`,
    `x-amz-date:${date}`,
    ...(token === undefined ? [] : [`x-amz-security-token:${token}`]),
    "",
    signed.join(";"),
    sha256(request.body),
  ].join("\n");
  const scope = `${day}/${request.region}/${request.service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  let key: Buffer | string = `AWS4${request.key.secretAccessKey}`;
  for (const step of [day, request.region, request.service, "aws4_request"]) key = hmac(key, step);
  return hmac(key, toSign).toString("hex");
}

describe("Signature Version 4", () => {
  it("signs AWS's published examples as published", async () => {
    const get = await signatureHeaders(example);
    assert.deepEqual(get, {
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    });
    const post = await signatureHeaders({ ...example, method: "POST" });
    assert.match(
      post.authorization ?? "",
      /Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b$/,
    );
  });

  it("signs an encoded path as encoded once more, the body, and a session's token", async () => {
    const request: ToSign = {
      ...example,
      method: "POST",
      url: new URL("https://bedrock-runtime.eu-west-1.amazonaws.com/model/a.b-v1%3A0/converse"),
      body: Buffer.from('{"messages":[]}'),
      region: "eu-west-1",
      service: "bedrock",
      key: { ...example.key, sessionToken: "token+/=" },
    };
    const headers = await signatureHeaders(request);
    assert.equal(headers["x-amz-security-token"], "token+/=");
    const signature = byHand(request, "/model/a.b-v1%253A0/converse");
    assert.ok(headers.authorization?.endsWith(`Signature=${signature}`));
  });
});
