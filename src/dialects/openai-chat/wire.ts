/**
 * The request of OpenAI's Chat Completions API (https://platform.openai.com/docs/api-reference/chat/create),
 * with the fields that clients of compatible vendors send. Every optional field may be null, as Python
 * clients send it. Unknown fields pass.
 */
import Type, { type Static, type TSchema } from "typebox";
import { compileValidator, type Validator } from "../validate.ts";

const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const literal = <T extends string>(value: T) => Type.Literal(value);
const anyObject = Type.Record(Type.String(), Type.Unknown());

/** Anthropic's and OpenRouter's prompt-cache mark. */
const cacheControl = maybe(
  Type.Object({ type: Type.Optional(Type.String()), ttl: maybe(Type.Enum(["5m", "1h"])) }),
);
/** Where the prompt cache may end: Anthropic's form, and OpenAI's. */
const marks = { cache_control: cacheControl, prompt_cache_breakpoint: maybe(anyObject) };

const textPart = Type.Object({
  type: literal("text"),
  text: Type.String(),
  ...marks,
  extra_content: maybe(anyObject),
});
const contentPart = Type.Union([
  textPart,
  Type.Object({
    type: literal("image_url"),
    image_url: Type.Union([
      Type.String({ minLength: 1 }),
      Type.Object({ url: Type.String({ minLength: 1 }), detail: maybe(Type.String()) }),
    ]),
    ...marks,
  }),
  Type.Object({
    type: literal("input_audio"),
    input_audio: Type.Object({ data: Type.String(), format: Type.String({ minLength: 1 }) }),
  }),
  Type.Object({
    type: literal("file"),
    file: Type.Object({
      file_data: maybe(Type.String()),
      file_id: maybe(Type.String()),
      filename: maybe(Type.String()),
    }),
    ...marks,
  }),
  Type.Object({ type: literal("refusal"), refusal: Type.String() }),
  /** Mistral's document. */
  Type.Object({
    type: literal("document_url"),
    document_url: Type.String({ minLength: 1 }),
    document_name: maybe(Type.String()),
    ...marks,
  }),
  /** Mistral's thought (an array of text parts), or Anthropic's (a string). */
  Type.Object({
    type: literal("thinking"),
    thinking: Type.Union([Type.String(), Type.Array(anyObject)]),
  }),
  /** Parts of compatible vendors (Qwen, vLLM) that have no canonical form. */
  Type.Object({ type: Type.Enum(["video_url", "video", "input_video", "reference"]) }),
]);

const content = Type.Union([Type.String(), Type.Array(contentPart)]);
const messageFields = { name: maybe(Type.String()), cache_control: cacheControl };

/** Mistral's client leaves it out. */
const functionType = Type.Optional(literal("function"));
const functionCall = Type.Object({ name: Type.String(), arguments: Type.String() });
const toolCall = Type.Union([
  Type.Object({
    id: Type.String(),
    type: functionType,
    function: functionCall,
    cache_control: cacheControl,
    extra_content: maybe(anyObject),
  }),
  Type.Object({
    id: Type.String(),
    type: literal("custom"),
    custom: Type.Object({ name: Type.String(), input: Type.String() }),
    cache_control: cacheControl,
    extra_content: maybe(anyObject),
  }),
]);

const instruction = <R extends "system" | "developer" | "user">(role: R) =>
  Type.Object({ role: literal(role), content, ...messageFields });

const assistantMessage = Type.Object({
  role: literal("assistant"),
  content: maybe(content),
  refusal: maybe(Type.String()),
  tool_calls: maybe(Type.Array(toolCall)),
  function_call: maybe(functionCall),
  audio: maybe(Type.Object({ id: Type.String() })),
  annotations: maybe(Type.Array(anyObject)),
  images: maybe(Type.Array(anyObject)),
  reasoning_content: maybe(Type.String()),
  reasoning: maybe(Type.String()),
  reasoning_details: maybe(Type.Array(anyObject)),
  extra_content: maybe(anyObject),
  provider_citations: maybe(Type.Array(anyObject)),
  provider_parts: maybe(Type.Array(anyObject)),
  ...messageFields,
});

const message = Type.Union([
  instruction("user"),
  assistantMessage,
  Type.Object({
    role: literal("tool"),
    content,
    tool_call_id: Type.String(),
    ...messageFields,
  }),
  instruction("system"),
  instruction("developer"),
  Type.Object({
    role: literal("function"),
    name: Type.String(),
    content: Type.Union([Type.String(), Type.Null()]),
  }),
]);

const functionDefinition = Type.Object({
  name: Type.String({ minLength: 1 }),
  description: maybe(Type.String()),
  parameters: maybe(anyObject),
  strict: maybe(Type.Boolean()),
});
const tool = Type.Union([
  Type.Object({
    type: functionType,
    function: functionDefinition,
    cache_control: cacheControl,
  }),
  Type.Object({
    type: literal("custom"),
    custom: Type.Object({
      name: Type.String({ minLength: 1 }),
      description: maybe(Type.String()),
      format: maybe(anyObject),
    }),
    cache_control: cacheControl,
  }),
  /** A tool that the vendor runs itself (`web_search`). */
  Type.Object({ type: Type.String({ pattern: "^(?!(function|custom)$)." }) }),
]);

const named = Type.Object({ name: Type.String({ minLength: 1 }) });
const toolChoice = Type.Union([
  Type.Enum(["none", "auto", "required", "any"]),
  Type.Object({ type: literal("function"), function: named }),
  Type.Object({ type: literal("custom"), custom: named }),
  Type.Object({
    type: literal("allowed_tools"),
    allowed_tools: Type.Object({
      mode: Type.Enum(["auto", "required"]),
      tools: Type.Array(anyObject),
    }),
  }),
  /** A hosted tool. */
  Type.Object({ type: Type.String({ pattern: "^(?!(function|custom|allowed_tools)$)." }) }),
]);

const responseFormat = Type.Union([
  Type.Object({ type: literal("text") }),
  Type.Object({ type: literal("json_object") }),
  Type.Object({
    type: literal("json_schema"),
    json_schema: Type.Object({
      name: maybe(Type.String()),
      description: maybe(Type.String()),
      schema: maybe(anyObject),
      strict: maybe(Type.Boolean()),
    }),
  }),
  /** Constrained output of vLLM, Fireworks, Hugging Face and others. */
  Type.Object({ type: Type.Enum(["grammar", "regex", "json", "structural_tag"]) }),
]);

const penalty = maybe(Type.Number({ minimum: -2, maximum: 2 }));
const tokens = maybe(Type.Integer({ minimum: 1 }));
const flag = maybe(Type.Boolean());
const text = maybe(Type.String());

export const chatRequestSchema = Type.Object({
  model: Type.String({ minLength: 1 }),
  messages: Type.Array(message, { minItems: 1 }),
  stream: flag,
  stream_options: maybe(Type.Object({ include_usage: flag, include_obfuscation: flag })),
  max_completion_tokens: tokens,
  max_tokens: tokens,
  temperature: maybe(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: maybe(Type.Number({ minimum: 0, maximum: 1 })),
  top_k: maybe(Type.Integer()),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  n: maybe(Type.Integer({ minimum: 1, maximum: 128 })),
  seed: maybe(Type.Integer()),
  stop: maybe(Type.Union([Type.String(), Type.Array(Type.String())])),
  logit_bias: maybe(Type.Record(Type.String(), Type.Number())),
  logprobs: flag,
  top_logprobs: maybe(Type.Integer({ minimum: 0, maximum: 20 })),
  tools: maybe(Type.Array(tool)),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: flag,
  functions: maybe(Type.Array(functionDefinition)),
  function_call: maybe(Type.Union([Type.Enum(["none", "auto"]), named])),
  response_format: maybe(responseFormat),
  reasoning_effort: text,
  /** OpenRouter's. */
  reasoning: maybe(
    Type.Object({
      effort: text,
      max_tokens: maybe(Type.Integer({ minimum: 0 })),
      enabled: flag,
      exclude: flag,
      summary: text,
    }),
  ),
  /** DeepSeek's, Z.ai's and Anthropic's. */
  thinking: maybe(
    Type.Object({
      type: Type.Enum(["enabled", "disabled", "adaptive", "auto"]),
      budget_tokens: maybe(Type.Integer({ minimum: 0 })),
    }),
  ),
  /** Alibaba's. */
  enable_thinking: flag,
  thinking_budget: maybe(Type.Integer({ minimum: 0 })),
  verbosity: maybe(Type.Enum(["low", "medium", "high"])),
  modalities: maybe(Type.Array(Type.Enum(["text", "audio", "image"]))),
  audio: maybe(anyObject),
  prediction: maybe(anyObject),
  web_search_options: maybe(anyObject),
  moderation: maybe(anyObject),
  prompt_cache_options: maybe(anyObject),
  service_tier: text,
  store: flag,
  metadata: maybe(Type.Record(Type.String(), Type.String())),
  user: text,
  safety_identifier: text,
  prompt_cache_key: text,
  prompt_cache_retention: text,
  cache_control: cacheControl,
});

export type WireRequest = Static<typeof chatRequestSchema>;
export type WireMessage = WireRequest["messages"][number];
export type WireContent = Static<typeof content>;
export type WirePart = Static<typeof contentPart>;
export type WireToolCall = Static<typeof toolCall>;
export type WireTool = Static<typeof tool>;
export type WireToolChoice = Static<typeof toolChoice>;

/** Throws `request.field_missing`, `request.field_type` or `request.field_value` with the field's path. */
export const validateRequest: Validator<WireRequest> = compileValidator(chatRequestSchema);

/** The name under which this dialect's own pieces are kept in the canonical form. */
export const dialectName = "openai-chat";
