/** What a model cannot do, as the operator of its channel knows it. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/core/json.ts";
import { errorIn } from "../../http.ts";
import { chatScenario, type Scenario } from "../../scenario.ts";

interface Refusal {
  code: string;
  title: string;
  /** The entry of `capabilities` that is false. */
  lacks: string;
  /** What the request asks for. */
  asks: JsonObject;
  /** The field that the answer names. */
  param: string;
}

const tool = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: {} } },
};
const schema = {
  type: "json_schema",
  json_schema: { name: "answer", schema: { type: "object", properties: {} } },
};
/** One transparent pixel. */
const pixel = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

const refusals: readonly Refusal[] = [
  {
    code: "batch_only",
    title: "a model for batches alone",
    lacks: "real_time",
    asks: {},
    param: "model",
  },
  {
    code: "tier_opt_in_required",
    title: "a model of the priority tier alone, and no service_tier",
    lacks: "without_tier",
    asks: {},
    param: "service_tier",
  },
  {
    code: "streaming_not_supported",
    title: "a stream of a model that cannot",
    lacks: "streaming",
    asks: { stream: true },
    param: "stream",
  },
  {
    code: "non_streaming_not_supported",
    title: "an answer in one piece of a model that only streams",
    lacks: "non_streaming",
    asks: { stream: false },
    param: "stream",
  },
  {
    code: "tools_not_supported",
    title: "tools",
    lacks: "tools",
    asks: { tools: [tool] },
    param: "tools",
  },
  {
    code: "tool_choice_required_not_supported",
    title: "a forced tool call",
    lacks: "tool_choice_required",
    asks: { tools: [tool], tool_choice: "required" },
    param: "tool_choice",
  },
  {
    code: "structured_output_not_supported",
    title: "a JSON Schema",
    lacks: "structured_output",
    asks: { response_format: schema },
    param: "response_format",
  },
  {
    code: "json_mode_not_supported",
    title: "JSON mode",
    lacks: "json_mode",
    asks: { response_format: { type: "json_object" } },
    param: "response_format",
  },
  {
    code: "tools_with_structured_output_not_supported",
    title: "tools and a JSON Schema at once",
    lacks: "tools_with_structured_output",
    asks: { tools: [tool], response_format: schema },
    param: "response_format",
  },
  {
    code: "vision_not_supported",
    title: "an image",
    lacks: "vision",
    asks: {
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: pixel } }] }],
    },
    param: "messages",
  },
  {
    code: "unsupported_modalities",
    title: "an answer in sound",
    lacks: "audio_output",
    asks: { modalities: ["text", "audio"], audio: { voice: "alloy", format: "mp3" } },
    param: "modalities",
  },
  {
    code: "reasoning_not_supported",
    title: "reasoning",
    lacks: "reasoning",
    asks: { reasoning_effort: "high" },
    param: "reasoning_effort",
  },
  {
    code: "thinking_disable_not_supported",
    title: "no thinking",
    lacks: "thinking_disable",
    asks: { reasoning_effort: "none" },
    param: "reasoning_effort",
  },
];

/** The control's channel knows the model as one that can. */
const told = refusals.map(({ code, title, lacks, asks, param }) =>
  chatScenario({
    contract: "native",
    code,
    title,
    request: { body: asks },
    cause: { channel: { capabilities: { "*": { [lacks]: false } } } },
    control: { channel: { capabilities: { "*": { [lacks]: true } } } },
    check: (answer) => assert.equal(errorIn(answer.body)?.param, param),
  }),
);

/** Z.ai's tool of this form, which Claude does not have. https://docs.z.ai/guides/tools/web-search */
const hostedTool = chatScenario({
  contract: "native",
  code: "hosted_tool_not_supported",
  title: "a tool that another vendor runs itself",
  request: { body: { tools: [{ type: "web_search", web_search: { enable: true } }] } },
  cause: { script: "messages", channel: { provider: "anthropic" } },
  control: { script: "ok", channel: { provider: "zai" } },
  check: (answer) => assert.equal(errorIn(answer.body)?.param, "tools[0]"),
});

export const capabilities: readonly Scenario[] = [...told, hostedTool];
