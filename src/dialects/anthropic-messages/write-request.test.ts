import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../core/json.ts";
import type { Turn } from "../../core/request.ts";
import { anthropicMessages } from "./index.ts";
import { dig, writeTo } from "./testing.ts";

import { hello, refused, SONNET, tool, warned, write } from "./testing-requests.ts";

describe("limits and sampling", () => {
  it("sends the model's own limit where none is given, with a warning", () => {
    for (const [model, limit] of [
      [SONNET, 64_000],
      ["claude-opus-4-1-20250805", 32_000],
      ["us.anthropic.claude-3-5-haiku-20241022-v1:0", 8192],
      ["claude-opus-4-8", 128_000],
      ["some-other", 32_000],
    ] as const) {
      const written = write({ maxOutputTokens: undefined }, writeTo(model));
      assert.equal(written.body.max_tokens, limit);
      assert.deepEqual(warned(written), ["parameter_changed max_tokens"]);
    }
  });

  it("lowers a temperature above 1, and sends not both of temperature and top_p", () => {
    const written = write({ temperature: 1.7, topP: 0.5, topK: 3 });
    assert.equal(written.body.temperature, 1);
    assert.equal(written.body.top_p, undefined);
    assert.equal(written.body.top_k, 3);
    assert.deepEqual(warned(written), [
      "parameter_changed temperature",
      "parameter_not_carried top_p",
    ]);
  });

  it("sends no temperature to a model that takes none or thinks", () => {
    const adaptive = write({ temperature: 0.5 }, writeTo("claude-opus-4-8"));
    assert.equal(adaptive.body.temperature, undefined);
    const thinking = write({
      temperature: 0.5,
      maxOutputTokens: 9000,
      reasoning: { effort: "low" },
    });
    assert.equal(thinking.body.temperature, undefined);
    assert.deepEqual(warned(thinking), ["parameter_not_carried temperature"]);
  });

  it("names each parameter that Messages does not have", () => {
    const written = write({
      seed: 1,
      logprobs: { top: 2 },
      frequencyPenalty: 1,
      presencePenalty: 1,
      logitBias: { "1": 1 },
      extra: { dialect: "openai-chat", fields: { prediction: {} } },
    });
    assert.deepEqual(
      warned(written).sort(),
      ["frequency_penalty", "logit_bias", "logprobs", "prediction", "presence_penalty", "seed"].map(
        (name) => `parameter_not_carried ${name}`,
      ),
    );
  });

  it("refuses several answers, and answers that are not text", () => {
    assert.deepEqual(refused({ choices: 2 }), ["request.not_expressible", "n"]);
    assert.deepEqual(refused({ modalities: ["text", "audio"] }), [
      "request.not_expressible",
      "modalities",
    ]);
  });
});

describe("reasoning", () => {
  const effort = (word: string, model: string, maxOutputTokens = 100_000) =>
    write({ reasoning: { effort: word }, maxOutputTokens }, writeTo(model));

  it("is a token budget for models that take one", () => {
    assert.deepEqual(effort("low", SONNET).body.thinking, { type: "enabled", budget_tokens: 2048 });
    assert.deepEqual(effort("high", SONNET).body.thinking, {
      type: "enabled",
      budget_tokens: 16_384,
    });
    assert.deepEqual(effort("high", SONNET, 5000).body.thinking, {
      type: "enabled",
      budget_tokens: 4000,
    });
  });

  it("is left out, with a warning, where the limit leaves no room", () => {
    const written = effort("high", SONNET, 1024);
    assert.equal(written.body.thinking, undefined);
    assert.deepEqual(warned(written), ["parameter_not_carried reasoning_effort"]);
  });

  it("is adaptive with an effort for newer models", () => {
    const { body } = effort("xhigh", "claude-opus-4-8");
    assert.deepEqual(body.thinking, { type: "adaptive", display: "summarized" });
    assert.deepEqual(body.output_config, { effort: "xhigh" });
    assert.deepEqual(effort("minimal", "claude-opus-4-8").body.output_config, { effort: "low" });
    const lacking = effort("xhigh", "claude-sonnet-4-6");
    assert.deepEqual(lacking.body.output_config, { effort: "high" });
    assert.deepEqual(warned(lacking), ["parameter_changed reasoning_effort"]);
  });

  it("can be switched off unless the model always thinks", () => {
    assert.deepEqual(effort("none", "claude-opus-4-8").body.thinking, { type: "disabled" });
    const always = effort("none", "claude-fable-5");
    assert.equal(always.body.thinking, undefined);
    assert.deepEqual(always.body.output_config, { effort: "low" });
    assert.deepEqual(warned(always), ["parameter_changed reasoning_effort"]);
  });

  it("is left out for models that do not think, and for efforts that nobody knows", () => {
    assert.equal(effort("high", "claude-3-5-haiku-latest").body.thinking, undefined);
    const unknown = effort("extreme", "claude-opus-4-8");
    assert.equal(unknown.body.output_config, undefined);
    assert.deepEqual(warned(unknown), ["parameter_not_carried reasoning_effort"]);
  });

  it("gives way where a tool call is forced", () => {
    const written = write({
      reasoning: { effort: "high" },
      maxOutputTokens: 50_000,
      tools: [tool],
      toolChoice: { type: "required" },
    });
    assert.equal(written.body.thinking, undefined);
    assert.deepEqual(written.body.tool_choice, { type: "any" });
    assert.deepEqual(warned(written), ["parameter_not_carried reasoning_effort"]);
  });

  it("gives way in a tool loop whose thought is lost", () => {
    const turns: Turn[] = [
      hello,
      { role: "assistant", parts: [{ type: "tool-call", id: "1", name: "look", arguments: "{}" }] },
      { role: "tool", parts: [{ type: "tool-result", callId: "1", content: [] }] },
    ];
    const reasoning = { effort: "high" };
    const written = write({ turns, reasoning, maxOutputTokens: 50_000, tools: [tool] });
    assert.equal(written.body.thinking, undefined);
    const adaptive = write({ turns, reasoning, tools: [tool] }, writeTo("claude-opus-4-8"));
    assert.deepEqual(adaptive.body.thinking, { type: "adaptive", display: "summarized" });
  });
});

describe("a client's own Messages request", () => {
  it("is written in its own words, whatever the model", () => {
    const body: JsonObject = {
      model: "claude-3-5-haiku-latest",
      max_tokens: 2000,
      temperature: 0.3,
      top_p: 0.9,
      stream: true,
      thinking: { type: "between_tools" },
      output_config: { effort: "max", task_budget: { type: "tokens", total: 1 } },
      tool_choice: { type: "any", disable_parallel_tool_use: false },
      tools: [{ name: "f", input_schema: { type: "object" }, defer_loading: true, strict: false }],
      mcp_servers: [{ type: "url", name: "m", url: "https://m.test" }],
      metadata: { user_id: "u" },
      service_tier: "standard_only",
      cache_control: { type: "ephemeral" },
      messages: [
        {
          role: "user",
          content: [{ type: "image", source: { type: "file", file_id: "f" }, transformations: {} }],
        },
        { role: "system", content: [{ type: "text", text: "t" }], clear_at: "never" },
      ],
    };
    const context = writeTo("claude-3-5-haiku-latest", "bedrock");
    const written = anthropicMessages.writeRequest(anthropicMessages.readRequest(body), context);
    const messages = [
      dig(body, "messages", 0),
      { role: "system", content: "t", clear_at: "never" },
    ];
    assert.deepEqual(written.body, { ...body, messages });
    assert.deepEqual(written.warnings, []);
  });

  it("sends its betas as the header", () => {
    const request = anthropicMessages.readRequest({
      model: "m",
      max_tokens: 1,
      messages: [],
      betas: ["a", "b"],
    });
    const { body, headers } = anthropicMessages.writeRequest(request, writeTo("m"));
    assert.deepEqual(headers, { "anthropic-beta": "a,b" });
    assert.equal(body.betas, undefined);
  });
});
