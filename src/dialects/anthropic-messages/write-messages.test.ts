import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Part, Turn } from "../../core/request.ts";
import { dig, writeTo } from "./testing.ts";

import { hello, refused, SONNET, user, warned, write } from "./testing-requests.ts";

describe("the conversation", () => {
  it("puts system and developer turns at the start into `system`", () => {
    const { body } = write({
      turns: [
        { role: "system", parts: [{ type: "text", text: "A", cache: { ttl: "1h" } }] },
        { role: "developer", parts: [{ type: "text", text: "B" }] },
        hello,
      ],
    });
    assert.deepEqual(body.system, [
      { type: "text", text: "A", cache_control: { type: "ephemeral", ttl: "1h" } },
      { type: "text", text: "B" },
    ]);
    assert.deepEqual(body.messages, [{ role: "user", content: "Hello" }]);
  });

  const later: Turn[] = [hello, { role: "system", parts: [{ type: "text", text: "Be brief" }] }];

  it("keeps a later system turn where the model takes it", () => {
    const written = write({ turns: later }, writeTo("claude-opus-4-8"));
    assert.deepEqual(written.body.messages, [
      { role: "user", content: "Hello" },
      { role: "system", content: "Be brief" },
    ]);
    assert.deepEqual(warned(written), []);
  });

  it("keeps several later system turns in a row where the model takes them", () => {
    const row: Turn[] = [
      ...later,
      { role: "developer", parts: [{ type: "text", text: "Be kind" }] },
    ];
    const written = write({ turns: row }, writeTo("claude-opus-4-8"));
    assert.deepEqual(written.body.messages, [
      { role: "user", content: "Hello" },
      { role: "system", content: "Be brief" },
      { role: "system", content: "Be kind" },
    ]);
    assert.deepEqual(warned(written), []);
  });

  it("says a later system turn as the user's text elsewhere, with a warning", () => {
    for (const context of [writeTo(SONNET), writeTo("claude-opus-4-8", "vertex")]) {
      const written = write({ turns: later }, context);
      assert.deepEqual(written.body.messages, [
        {
          role: "user",
          content: [
            { type: "text", text: "Hello" },
            { type: "text", text: "Be brief" },
          ],
        },
      ]);
      assert.deepEqual(warned(written), ["content_moved messages[1]"]);
    }
  });

  it("says the system prompt as the user's message where there is no other", () => {
    const written = write({ turns: [{ role: "system", parts: [{ type: "text", text: "A" }] }] });
    assert.deepEqual(written.body.messages, [{ role: "user", content: "A" }]);
    assert.equal(written.body.system, undefined);
    assert.deepEqual(warned(written), ["content_moved messages[0]"]);
  });

  it("joins tool turns and the user's into one message, results first", () => {
    const { body } = write({
      turns: [
        hello,
        {
          role: "assistant",
          parts: [
            { type: "tool-call", id: "call:1", name: "look", arguments: "" },
            { type: "tool-call", id: "call_2", name: "look", arguments: '{"at":1}' },
          ],
        },
        {
          role: "tool",
          parts: [
            { type: "tool-result", callId: "call:1", content: [{ type: "text", text: "x" }] },
          ],
        },
        {
          role: "tool",
          parts: [{ type: "tool-result", callId: "call_2", content: [], isError: true }],
        },
        user({ type: "text", text: "Go on" }),
      ],
    });
    const id = `prl_${Buffer.from("call:1").toString("base64url")}`;
    assert.deepEqual(body.messages, [
      { role: "user", content: "Hello" },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id, name: "look", input: {} },
          { type: "tool_use", id: "call_2", name: "look", input: { at: 1 } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: id, content: "x" },
          { type: "tool_result", tool_use_id: "call_2", is_error: true },
          { type: "text", text: "Go on" },
        ],
      },
    ]);
    assert.match(id, /^[a-zA-Z0-9_-]+$/);
  });

  it("refuses arguments that an object cannot hold", () => {
    const turns: Turn[] = [
      hello,
      {
        role: "assistant",
        parts: [{ type: "tool-call", id: "1", name: "f", arguments: '{"n":1e999}' }],
      },
    ];
    assert.deepEqual(refused({ turns }), [
      "tool.arguments_unrepresentable",
      "messages[1].content[0].arguments",
    ]);
  });

  it("sends images by URL, by bytes and from data URLs, and documents as PDF or text", () => {
    const { body } = write({
      turns: [
        user(
          { type: "image", source: { kind: "url", url: "https://x.test/a.png" } },
          { type: "image", source: { kind: "url", url: "data:image/png;base64,AAAA" } },
          {
            type: "file",
            filename: "a.pdf",
            source: { kind: "bytes", mediaType: "application/pdf", data: "AA" },
          },
          { type: "file", source: { kind: "bytes", mediaType: "text/csv", data: "YSxi" } },
        ),
      ],
    });
    assert.deepEqual(body.messages, [
      {
        role: "user",
        content: [
          { type: "image", source: { type: "url", url: "https://x.test/a.png" } },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          {
            type: "document",
            source: { type: "base64", media_type: "application/pdf", data: "AA" },
            title: "a.pdf",
          },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "a,b" } },
        ],
      },
    ]);
  });

  it("refuses audio, other files, and files that another provider holds", () => {
    const audio: Part = {
      type: "audio",
      source: { kind: "bytes", mediaType: "audio/wav", data: "" },
    };
    const zip: Part = {
      type: "file",
      source: { kind: "bytes", mediaType: "application/zip", data: "" },
    };
    const held: Part = {
      type: "file",
      source: { kind: "provider-file", id: "file-1", origin: { provider: "openai" } },
    };
    for (const part of [audio, zip, held]) {
      assert.deepEqual(refused({ turns: [user(part)] }), [
        "request.not_expressible",
        "messages[0].content[0]",
      ]);
    }
  });

  const thought = (provider: string, model?: string): Turn => ({
    role: "assistant",
    parts: [
      {
        type: "reasoning",
        text: "Hm",
        signature: { value: "sig", kind: "signature", origin: { provider, model } },
      },
      { type: "text", text: "Yes" },
    ],
  });

  it("sends a thought back to Claude wherever Claude runs", () => {
    for (const provider of ["anthropic", "vertex", "bedrock"]) {
      const { body } = write(
        { turns: [hello, thought("anthropic"), hello] },
        writeTo(SONNET, provider),
      );
      assert.deepEqual(dig(body, "messages", 1, "content"), [
        { type: "thinking", thinking: "Hm", signature: "sig" },
        { type: "text", text: "Yes" },
      ]);
    }
  });

  it("leaves out a thought of another maker, with a warning", () => {
    for (const turn of [thought("openai"), thought("vertex", "gemini-3-pro")]) {
      const written = write({ turns: [hello, turn, hello] });
      assert.deepEqual(dig(written.body, "messages", 1, "content"), "Yes");
      assert.deepEqual(warned(written), ["state_dropped messages[1].content[0]"]);
    }
  });

  it("says a spoken answer of an earlier turn by its transcript, with a warning", () => {
    const spoken: Turn = {
      role: "assistant",
      parts: [
        {
          type: "audio",
          source: { kind: "bytes", mediaType: "audio/wav", data: "" },
          transcript: "Good day",
        },
      ],
    };
    const written = write({ turns: [hello, spoken, hello] });
    assert.equal(dig(written.body, "messages", 1, "content"), "Good day");
    assert.deepEqual(warned(written), ["content_moved messages[1].content[0]"]);
  });

  it("refuses an image that the assistant made", () => {
    const made: Turn = {
      role: "assistant",
      parts: [{ type: "image", source: { kind: "url", url: "https://x.test/a.png" } }],
    };
    assert.deepEqual(refused({ turns: [hello, made, hello] }), [
      "request.not_expressible",
      "messages[1].content[0]",
    ]);
  });

  it("leaves out state that another provider attached, with one warning however often", () => {
    const signature = {
      value: "s",
      kind: "thought-signature",
      origin: { provider: "gemini" },
    };
    const turn: Turn = { role: "assistant", parts: [{ type: "text", text: "Yes", signature }] };
    const written = write({ turns: [hello, turn, hello, turn, hello] });
    assert.equal(dig(written.body, "messages", 3, "content"), "Yes");
    assert.deepEqual(warned(written), ["state_dropped messages[1].content[0]"]);
  });
});
