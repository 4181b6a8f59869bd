/** Bodies with something wrong, and what each is told. */
import { gzipSync } from "node:zlib";
import type { JsonObject } from "../../src/core/json.ts";
import type { Cause } from "../../src/failures/catalogue/index.ts";

/** The largest body that the gateway of these tests takes. */
export const BODY_BYTES = 200_000;

const hello = [{ role: "user", content: "Hello" }];

export interface BadBody {
  what: string;
  cause: Cause;
  /** Under the native contract. */
  status: number;
  param?: string;
  body: string | Uint8Array | JsonObject;
  headers?: Record<string, string>;
}

export const badBodies: readonly BadBody[] = [
  { what: "no JSON", cause: "request.json_invalid", status: 400, body: "{nothing of the kind" },
  { what: "JSON cut short", cause: "request.json_invalid", status: 400, body: '{"model":"sand' },
  {
    what: "JSON and then more",
    cause: "request.json_invalid",
    status: 400,
    body: '{"model":"sandbox/chat"} {}',
  },
  { what: "an empty body", cause: "request.body_missing", status: 400, body: "" },
  { what: "blanks alone", cause: "request.json_invalid", status: 400, body: "  \n" },
  { what: "an array", cause: "request.json_not_object", status: 400, body: "[]" },
  { what: "null", cause: "request.json_not_object", status: 400, body: "null" },
  { what: "a number", cause: "request.json_not_object", status: 400, body: "1" },
  {
    what: "no model",
    cause: "request.field_missing",
    status: 400,
    param: "model",
    body: { messages: hello },
  },
  {
    what: "no messages",
    cause: "request.field_missing",
    status: 400,
    param: "messages",
    body: { model: "sandbox/chat" },
  },
  {
    what: "no messages in the list",
    cause: "request.field_value",
    status: 400,
    param: "messages",
    body: { model: "sandbox/chat", messages: [] },
  },
  {
    what: "an empty model name",
    cause: "request.field_value",
    status: 400,
    param: "model",
    body: { model: "", messages: hello },
  },
  {
    what: "a model that is a number",
    cause: "request.field_type",
    status: 400,
    param: "model",
    body: { model: 7, messages: hello },
  },
  {
    what: "a null model",
    cause: "request.field_type",
    status: 400,
    param: "model",
    body: { model: null, messages: hello },
  },
  {
    what: "messages that are text",
    cause: "request.field_type",
    status: 400,
    param: "messages",
    body: { model: "sandbox/chat", messages: "Hello" },
  },
  {
    what: "a message that is text",
    cause: "request.field_type",
    status: 400,
    param: "messages[1]",
    body: { model: "sandbox/chat", messages: [...hello, "Hello"] },
  },
  {
    what: "a message without a role",
    cause: "request.field_missing",
    status: 400,
    param: "messages[0].role",
    body: { model: "sandbox/chat", messages: [{ content: "Hello" }] },
  },
  {
    what: "a role that nobody has",
    cause: "request.field_value",
    status: 400,
    param: "messages[0].role",
    body: { model: "sandbox/chat", messages: [{ role: "wizard", content: "Hello" }] },
  },
  {
    what: "an image's address that is a number",
    cause: "request.field_type",
    status: 400,
    param: "messages[0].content[1].image_url.url",
    body: {
      model: "sandbox/vision",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: 7 } },
          ],
        },
      ],
    },
  },
  {
    what: "an image without an address",
    cause: "request.field_missing",
    status: 400,
    param: "messages[0].content[1].image_url",
    body: {
      model: "sandbox/vision",
      messages: [
        { role: "user", content: [{ type: "text", text: "What is it?" }, { type: "image_url" }] },
      ],
    },
  },
  {
    what: "a temperature that is text",
    cause: "request.field_type",
    status: 400,
    param: "temperature",
    body: { model: "sandbox/chat", messages: hello, temperature: "hot" },
  },
  {
    what: "stream that is text",
    cause: "request.field_type",
    status: 400,
    param: "stream",
    body: { model: "sandbox/chat", messages: hello, stream: "yes" },
  },
  {
    what: "a tool without a name",
    cause: "request.field_missing",
    status: 400,
    param: "tools[0].function.name",
    body: {
      model: "sandbox/tools",
      messages: hello,
      tools: [{ type: "function", function: { parameters: { type: "object" } } }],
    },
  },
  {
    what: "an unknown field of gateway",
    cause: "request.field_unknown",
    status: 400,
    param: "gateway.retry",
    body: { model: "sandbox/chat", messages: hello, gateway: { retry: 3 } },
  },
  {
    what: "an unknown model",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "no-such-model", messages: hello },
  },
  {
    what: "a model of a provider that is not configured",
    cause: "model.no_offering_usable",
    status: 503,
    param: "model",
    body: { model: "anthropic/claude", messages: hello },
  },
  {
    what: "a NUL in the model's name",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "sand\u0000box", messages: hello },
  },
  {
    what: "half a surrogate pair as the model's name",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: '{"model":"\\ud800","messages":[{"role":"user","content":"Hello"}]}',
  },
  {
    what: "a model's name in Greek",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "μοντέλο/🦜", messages: hello },
  },
  {
    what: "a very long model name",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "m".repeat(100_000), messages: hello },
  },
  {
    what: "a model that is named like a property of every object",
    cause: "model.unknown",
    status: 404,
    param: "model",
    body: { model: "__proto__", messages: hello },
  },
  {
    what: "a body over the limit",
    cause: "request.body_too_large",
    status: 413,
    body: { model: "sandbox/chat", messages: [{ role: "user", content: "x".repeat(BODY_BYTES) }] },
  },
  {
    what: "a small body that grows over the limit",
    cause: "request.body_too_large",
    status: 413,
    body: gzipSync(Buffer.alloc(50_000_000, 0x20)),
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "a wrong content type",
    cause: "request.content_type",
    status: 400,
    body: '{"model":"sandbox/chat","messages":[]}',
    headers: { "content-type": "text/plain" },
  },
  {
    what: "a form",
    cause: "request.content_type",
    status: 400,
    body: "model=sandbox/chat",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  },
  {
    what: "another character set",
    cause: "request.content_type",
    status: 400,
    body: "{}",
    headers: { "content-type": "application/json; charset=utf-16" },
  },
  {
    what: "JSON that is nested 90,000 levels deep",
    cause: "request.json_too_deep",
    status: 400,
    body: `{"model":"sandbox/chat","messages":${"[".repeat(90_000)}${"]".repeat(90_000)}}`,
  },
  {
    what: "nesting that never ends",
    cause: "request.json_too_deep",
    status: 400,
    body: "[".repeat(100_000),
  },
  {
    what: "bytes that are not UTF-8",
    cause: "request.utf8_invalid",
    status: 400,
    body: Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  },
  {
    what: "a surrogate in UTF-8",
    cause: "request.utf8_invalid",
    status: 400,
    body: Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
  },
  {
    what: "corrupt gzip",
    cause: "request.body_unreadable",
    status: 400,
    body: "not gzip at all",
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "gzip that ends too early",
    cause: "request.body_unreadable",
    status: 400,
    body: gzipSync('{"model":"sandbox/chat"}').subarray(0, -6),
    headers: { "content-encoding": "gzip" },
  },
  {
    what: "a content encoding that nobody knows",
    cause: "request.body_unreadable",
    status: 400,
    body: "{}",
    headers: { "content-encoding": "rot13" },
  },
];
