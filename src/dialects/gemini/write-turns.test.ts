import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { gemini } from "./index.ts";

const hello: Turn = { role: "user", parts: [{ type: "text", text: "Hello" }] };

function write(request: Partial<ChatRequest>, model = "gemini-3-flash", provider = "gemini") {
  return gemini.writeRequest(
    { model, turns: [hello], stream: false, ...request },
    { model, origin: { provider } },
  );
}

function user(...parts: Part[]): Turn[] {
  return [{ role: "user", parts }];
}

function fails(cause: string, param?: string) {
  return (thrown: unknown) =>
    thrown instanceof Failure &&
    thrown.cause === cause &&
    (param === undefined || thrown.param === param);
}

function codes(written: { warnings: { code: string }[] }): string[] {
  return written.warnings.map((warning) => warning.code);
}

describe("turns for Gemini", () => {
  it("have system and developer text in the system instruction", () => {
    const { body, warnings } = write({
      turns: [
        { role: "system", parts: [{ type: "text", text: "Be brief." }] },
        { role: "developer", parts: [{ type: "text", text: "Be kind." }] },
        hello,
      ],
    });
    assert.deepEqual(body, {
      systemInstruction: { parts: [{ text: "Be brief." }, { text: "Be kind." }] },
      contents: [{ role: "user", parts: [{ text: "Hello" }] }],
    });
    assert.deepEqual(warnings, []);
  });

  it("move later system text to the front, and say so", () => {
    const late: Turn = { role: "system", parts: [{ type: "text", text: "Late" }] };
    const written = write({ turns: [hello, late] });
    assert.deepEqual(written.body.systemInstruction, { parts: [{ text: "Late" }] });
    assert.deepEqual(codes(written), ["system_moved"]);
  });

  it("say system text that stands alone as the user's, and say so", () => {
    const written = write({ turns: [{ role: "system", parts: [{ type: "text", text: "x" }] }] });
    assert.deepEqual(written.body, { contents: [{ role: "user", parts: [{ text: "x" }] }] });
    assert.deepEqual(codes(written), ["system_as_user"]);
    assert.throws(() => write({ turns: [] }), fails("request.not_expressible", "messages"));
  });

  it("put parallel results into one content, with the names of the functions called", () => {
    const { body } = write({
      turns: [
        hello,
        {
          role: "assistant",
          parts: [
            { type: "text", text: "" },
            { type: "tool-call", id: "a", name: "one", arguments: '{"x":1}' },
            { type: "tool-call", id: "b", name: "two", arguments: "" },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool-result", callId: "a", content: [{ type: "text", text: "sunny" }] }],
        },
        {
          role: "tool",
          parts: [
            {
              type: "tool-result",
              callId: "b",
              content: [{ type: "text", text: "broken" }],
              isError: true,
            },
          ],
        },
      ],
    });
    assert.deepEqual(body.contents, [
      { role: "user", parts: [{ text: "Hello" }] },
      {
        role: "model",
        parts: [
          {
            functionCall: { id: "a", name: "one", args: { x: 1 } },
            thoughtSignature: "skip_thought_signature_validator",
          },
          { functionCall: { id: "b", name: "two", args: {} } },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { id: "a", name: "one", response: { output: "sunny" } } },
          { functionResponse: { id: "b", name: "two", response: { error: "broken" } } },
        ],
      },
    ]);
  });

  it("refuse a result whose call nobody knows", () => {
    const result: Turn = {
      role: "tool",
      parts: [{ type: "tool-result", callId: "x", content: [] }],
    };
    assert.throws(() => write({ turns: [hello, result] }), fails("tool.call_id_mismatch"));
  });

  it("refuse arguments that an object cannot hold", () => {
    for (const text of ['{"n":1e999}', '{"id":9007199254740993}', "[1]", "{"]) {
      const call: Turn = {
        role: "assistant",
        parts: [{ type: "tool-call", id: "a", name: "f", arguments: text }],
      };
      assert.throws(() => write({ turns: [hello, call] }), fails("tool.arguments_unrepresentable"));
    }
  });

  it("send media of a tool's result inside the response, or beside it where the model cannot", () => {
    const turns: Turn[] = [
      hello,
      { role: "assistant", parts: [{ type: "tool-call", id: "a", name: "shot", arguments: "{}" }] },
      {
        role: "tool",
        parts: [
          {
            type: "tool-result",
            callId: "a",
            content: [
              { type: "image", source: { kind: "bytes", mediaType: "image/png", data: "AAAA" } },
            ],
          },
        ],
      },
    ];
    const media = { inlineData: { mimeType: "image/png", data: "AAAA" } };
    const response = { id: "a", name: "shot", response: { output: "" } };
    const last = (body: JsonObject) => (Array.isArray(body.contents) ? body.contents.at(-1) : null);
    assert.deepEqual(last(write({ turns }).body), {
      role: "user",
      parts: [{ functionResponse: { ...response, parts: [media] } }],
    });
    const older = write({ turns }, "gemini-2.5-flash");
    assert.deepEqual(last(older.body), {
      role: "user",
      parts: [{ functionResponse: response }, media],
    });
    assert.deepEqual(codes(older), ["tool_result_media_moved"]);
  });
});

describe("thought signatures", () => {
  const signed = (provider: string | undefined): Turn => ({
    role: "assistant",
    parts: [
      {
        type: "tool-call",
        id: "a",
        name: "f",
        arguments: "{}",
        signature: {
          value: "sig",
          kind: "thought-signature",
          ...(provider === undefined ? {} : { origin: { provider } }),
        },
      },
    ],
  });
  const signatureIn = (body: JsonObject) => JSON.stringify(body).match(/Signature":"(\w+)"/)?.[1];

  it("go back to their maker", () => {
    assert.equal(signatureIn(write({ turns: [hello, signed("gemini")] }).body), "sig");
    assert.equal(signatureIn(write({ turns: [hello, signed(undefined)] }).body), "sig");
  });

  it("of another provider are replaced by the documented stand-in, with a warning", () => {
    const written = write({ turns: [hello, signed("vertex")] });
    assert.equal(signatureIn(written.body), "skip_thought_signature_validator");
    assert.deepEqual(codes(written), ["reasoning_state_dropped"]);
  });

  it("are not made up for earlier turns, nor for models that need none", () => {
    const call: Turn = {
      role: "assistant",
      parts: [{ type: "tool-call", id: "a", name: "f", arguments: "{}" }],
    };
    assert.equal(signatureIn(write({ turns: [hello, call, hello] }).body), undefined);
    assert.equal(signatureIn(write({ turns: [hello, call] }, "gemini-2.5-pro").body), undefined);
  });

  it("drop another maker's thought whole", () => {
    const thought: Turn = {
      role: "assistant",
      parts: [
        {
          type: "reasoning",
          text: "hm",
          signature: { value: "x", kind: "signature", origin: { provider: "anthropic" } },
        },
        { type: "text", text: "Hi" },
      ],
    };
    const written = write({ turns: [hello, thought] });
    assert.deepEqual(written.body.contents, [
      { role: "user", parts: [{ text: "Hello" }] },
      { role: "model", parts: [{ text: "Hi" }] },
    ]);
    assert.deepEqual(codes(written), ["reasoning_state_dropped"]);
  });
});

describe("images and files for Gemini", () => {
  const url = (address: string): Turn[] =>
    user({ type: "image", source: { kind: "url", url: address } });
  const partOf = (body: JsonObject) => JSON.parse(JSON.stringify(body)).contents[0].parts[0];

  it("at a public URL are fetched by the model", () => {
    assert.deepEqual(partOf(write({ turns: url("https://a.example/x.PNG?y=1") }).body), {
      fileData: { mimeType: "image/png", fileUri: "https://a.example/x.PNG?y=1" },
    });
    assert.deepEqual(partOf(write({ turns: url("https://a.example/x") }).body), {
      fileData: { fileUri: "https://a.example/x" },
    });
  });

  it("at a URL are refused where the model or Vertex cannot open them", () => {
    const cause = fails("request.not_expressible", "messages[0].content[0]");
    assert.throws(
      () => write({ turns: url("https://a.example/x.png") }, "gemini-2.0-flash"),
      cause,
    );
    assert.throws(
      () => write({ turns: url("https://a.example/x") }, "gemini-3-pro", "vertex"),
      cause,
    );
    assert.throws(() => write({ turns: url("ftp://a.example/x.png") }), cause);
  });

  it("in a data URL are sent as bytes", () => {
    assert.deepEqual(partOf(write({ turns: url("data:image/gif;base64,R0lG") }).body), {
      inlineData: { mimeType: "image/gif", data: "R0lG" },
    });
  });

  it("held by another provider are refused", () => {
    const held = (id: string, provider?: string): Turn[] =>
      user({
        type: "file",
        source: {
          kind: "provider-file",
          id,
          ...(provider === undefined ? {} : { origin: { provider } }),
        },
      });
    assert.throws(() => write({ turns: held("file-abc") }), fails("request.not_expressible"));
    assert.throws(
      () => write({ turns: held("gs://b/x.pdf", "openai") }),
      fails("request.not_expressible"),
    );
    assert.throws(
      () => write({ turns: held("files/abc") }, "gemini-3-flash", "vertex"),
      fails("request.not_expressible"),
    );
    assert.deepEqual(partOf(write({ turns: held("files/abc", "gemini") }).body), {
      fileData: { fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc" },
    });
  });
});
