/** Capabilities as configuration and the management API write them: snake_case, by model name or pattern. */
import { type Static, Type } from "typebox";
import type { Capabilities } from "../core/capabilities.ts";

const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

const properties = {
  tools: flag("Tools."),
  tool_choice_required: flag("A tool call can be forced."),
  structured_output: flag("Output by a JSON Schema."),
  json_mode: flag("JSON output without a schema."),
  tools_with_structured_output: flag("Tools and a JSON Schema in one request."),
  vision: flag("Images in."),
  audio_input: flag("Audio in."),
  audio_output: flag("Audio out."),
  image_output: flag("Images out."),
  reasoning: flag("Reasoning."),
  thinking_disable: flag("Thinking can be switched off."),
  streaming: flag("Streams."),
  non_streaming: flag("Answers in one piece."),
  real_time: flag("Real-time requests, not batches alone."),
  without_tier: flag("Serves without a service tier being named."),
};

export const capabilitiesSchema = Type.Record(
  Type.String(),
  Type.Object(properties, {
    additionalProperties: false,
    description:
      "`false`: it cannot, and is refused before it is called. Left out: not known, and tried.",
  }),
  { description: "What its models can do, by name or pattern (`*`)." },
);

export type CapabilitiesBody = Static<typeof capabilitiesSchema>;

const names: Readonly<Record<keyof typeof properties, keyof Capabilities>> = {
  tools: "tools",
  tool_choice_required: "toolChoiceRequired",
  structured_output: "structuredOutput",
  json_mode: "jsonMode",
  tools_with_structured_output: "toolsWithStructuredOutput",
  vision: "vision",
  audio_input: "audioInput",
  audio_output: "audioOutput",
  image_output: "imageOutput",
  reasoning: "reasoning",
  thinking_disable: "thinkingDisable",
  streaming: "streaming",
  non_streaming: "nonStreaming",
  real_time: "realTime",
  without_tier: "withoutTier",
};

export function readCapabilities(body: CapabilitiesBody): Record<string, Capabilities> {
  return mapValues(body, (entry) => {
    const read: Capabilities = {};
    for (const [snake, camel] of Object.entries(names)) {
      const value = Object.entries(entry).find(([name]) => name === snake)?.[1];
      if (value !== undefined) read[camel] = value;
    }
    return read;
  });
}

export function writeCapabilities(
  capabilities: Readonly<Record<string, Capabilities>>,
): Record<string, Record<string, boolean>> {
  return mapValues(capabilities, (entry) => {
    const written: Record<string, boolean> = {};
    for (const [snake, camel] of Object.entries(names)) {
      const value = entry[camel];
      if (value !== undefined) written[snake] = value;
    }
    return written;
  });
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
