/**
 * The request of OpenAI's Responses API (https://developers.openai.com/api/reference/resources/responses/methods/create),
 * which https://www.openresponses.org describes neutrally. Every optional field may be null. Unknown fields,
 * and items and tools of unknown types, pass: they are kept whole.
 */
import Type, { type Static, type TSchema } from "typebox";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { compileValidator, type Validator } from "../validate.ts";

/** The name under which this dialect's own pieces are kept in the canonical form. */
export const dialectName = "openai-responses";

const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const literal = <T extends string>(value: T) => Type.Literal(value);
const anyObject = Type.Record(Type.String(), Type.Unknown());
const text = maybe(Type.String());
const flag = maybe(Type.Boolean());
/** Any type but these: kept whole. */
const otherType = (...known: string[]) =>
  Type.Object({ type: Type.String({ pattern: `^(?!(${known.join("|")})$).` }) });

const mark = { prompt_cache_breakpoint: maybe(anyObject) };
const contentPart = Type.Union([
  Type.Object({ type: literal("input_text"), text: Type.String(), ...mark }),
  Type.Object({
    type: literal("output_text"),
    text: Type.String(),
    annotations: maybe(Type.Array(anyObject)),
    provider_citations: maybe(Type.Array(anyObject)),
  }),
  Type.Object({ type: literal("refusal"), refusal: Type.String() }),
  Type.Object({
    type: literal("input_image"),
    image_url: text,
    file_id: text,
    detail: text,
    ...mark,
  }),
  Type.Object({
    type: literal("input_file"),
    file_data: text,
    file_url: text,
    file_id: text,
    filename: text,
    detail: text,
    ...mark,
  }),
  Type.Object({
    type: literal("input_audio"),
    input_audio: Type.Object({ data: Type.String(), format: Type.String({ minLength: 1 }) }),
  }),
  Type.Object({ type: Type.Enum(["input_video", "computer_screenshot", "encrypted_content"]) }),
]);
const content = Type.Union([Type.String(), Type.Array(contentPart)]);

const item = Type.Union([
  Type.Object({
    type: Type.Optional(literal("message")),
    role: Type.Enum(["user", "assistant", "system", "developer"]),
    content,
    id: text,
    phase: text,
    status: text,
  }),
  Type.Object({
    type: literal("function_call"),
    call_id: Type.String({ minLength: 1 }),
    name: Type.String({ minLength: 1 }),
    arguments: Type.String(),
    id: text,
  }),
  Type.Object({
    type: literal("custom_tool_call"),
    call_id: Type.String({ minLength: 1 }),
    name: Type.String({ minLength: 1 }),
    input: Type.String(),
    id: text,
  }),
  Type.Object({
    type: literal("function_call_output"),
    call_id: Type.String({ minLength: 1 }),
    output: content,
  }),
  Type.Object({
    type: literal("custom_tool_call_output"),
    call_id: Type.String({ minLength: 1 }),
    output: content,
  }),
  Type.Object({
    type: literal("reasoning"),
    id: text,
    summary: maybe(Type.Array(Type.Object({ text: Type.String() }))),
    content: maybe(Type.Array(Type.Object({ text: Type.String() }))),
    encrypted_content: text,
  }),
  otherType(
    "message",
    "function_call",
    "custom_tool_call",
    "function_call_output",
    "custom_tool_call_output",
    "reasoning",
  ),
]);

const tool = Type.Union([
  Type.Object({
    type: literal("function"),
    name: Type.String({ minLength: 1 }),
    description: text,
    parameters: maybe(anyObject),
    strict: flag,
  }),
  Type.Object({
    type: literal("custom"),
    name: Type.String({ minLength: 1 }),
    description: text,
    format: maybe(anyObject),
  }),
  /** A tool that the vendor runs itself, or a group of tools. */
  otherType("function", "custom"),
]);

const toolChoice = Type.Union([
  Type.Enum(["none", "auto", "required"]),
  Type.Object({ type: literal("function"), name: Type.String({ minLength: 1 }) }),
  Type.Object({ type: literal("custom"), name: Type.String({ minLength: 1 }) }),
  Type.Object({
    type: literal("allowed_tools"),
    mode: Type.Enum(["auto", "required"]),
    tools: Type.Array(anyObject),
  }),
  otherType("function", "custom", "allowed_tools"),
]);

const format = Type.Union([
  Type.Object({ type: literal("text") }),
  Type.Object({ type: literal("json_object") }),
  Type.Object({
    type: literal("json_schema"),
    name: text,
    description: text,
    schema: anyObject,
    strict: flag,
  }),
  otherType("text", "json_object", "json_schema"),
]);

export const responsesRequestSchema = Type.Object({
  model: Type.String({ minLength: 1 }),
  input: maybe(Type.Union([Type.String(), Type.Array(item)])),
  instructions: text,
  tools: maybe(Type.Array(tool)),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: flag,
  text: maybe(
    Type.Object({ format: maybe(format), verbosity: maybe(Type.Enum(["low", "medium", "high"])) }),
  ),
  reasoning: maybe(Type.Object({ effort: text, summary: text })),
  max_output_tokens: maybe(Type.Integer({ minimum: 1 })),
  max_tool_calls: maybe(Type.Integer({ minimum: 1 })),
  temperature: maybe(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: maybe(Type.Number({ minimum: 0, maximum: 1 })),
  top_logprobs: maybe(Type.Integer({ minimum: 0, maximum: 20 })),
  include: maybe(Type.Array(Type.String())),
  store: flag,
  metadata: maybe(Type.Record(Type.String(), Type.String())),
  service_tier: text,
  truncation: maybe(Type.Enum(["auto", "disabled"])),
  prompt_cache_key: text,
  prompt_cache_retention: text,
  safety_identifier: text,
  user: text,
  stream: flag,
  stream_options: maybe(anyObject),
  previous_response_id: text,
  conversation: maybe(Type.Union([Type.String(), anyObject])),
  prompt: maybe(anyObject),
  background: flag,
  context_management: maybe(Type.Array(anyObject)),
});

export type WireRequest = Static<typeof responsesRequestSchema>;
export type WireItem = Static<typeof item>;
export type WirePart = Static<typeof contentPart>;
export type WireContent = Static<typeof content>;
export type WireTool = Static<typeof tool>;
export type WireToolChoice = Static<typeof toolChoice>;

/** Throws `request.field_missing`, `request.field_type` or `request.field_value` with the field's path. */
export const validateRequest: Validator<WireRequest> = compileValidator(responsesRequestSchema);

/** A value that came out of `JSON.parse`, and that its schema left open. */
export function object(value: Record<string, unknown>): JsonObject {
  return isObject(value) ? value : {};
}

/** The fields that are neither named nor null, or undefined where there are none. */
export function restOf(value: JsonObject, named: ReadonlySet<string>): JsonObject | undefined {
  let rest: JsonObject | undefined;
  for (const key in value) {
    const field: Json | undefined = value[key];
    if (field === undefined || field === null || named.has(key)) continue;
    rest ??= {};
    rest[key] = field;
  }
  return rest;
}

/** A non-empty string. */
export function string(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
