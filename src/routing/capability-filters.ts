/** Offerings that cannot do what a request asks for are left out; where none remains, the refusal names it. */
import type { Capabilities } from "../core/capabilities.ts";
import type { ChatRequest, Part } from "../core/request.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import { Failure } from "../failures/failure.ts";
import { matchPattern } from "./model-names.ts";
import type { Offering } from "./offerings.ts";

interface Filter {
  capability: keyof Capabilities;
  /** The field that asks for it, or undefined where the request does not. */
  asks(request: ChatRequest): string | undefined;
  cause: Cause;
}

/** In the order in which they are checked: the first that leaves nobody is told. */
const filters: readonly Filter[] = [
  { capability: "realTime", cause: "model.batch_only", asks: () => "model" },
  {
    capability: "withoutTier",
    cause: "model.tier_opt_in",
    asks: ({ serviceTier }) =>
      serviceTier === undefined || serviceTier === "auto" || serviceTier === "default"
        ? "service_tier"
        : undefined,
  },
  {
    capability: "streaming",
    cause: "capability.streaming",
    asks: ({ stream }) => (stream ? "stream" : undefined),
  },
  {
    capability: "nonStreaming",
    cause: "capability.non_streaming",
    asks: ({ stream }) => (stream ? undefined : "stream"),
  },
  {
    capability: "tools",
    cause: "capability.tools",
    asks: (request) => (hasTools(request) ? "tools" : undefined),
  },
  {
    capability: "toolChoiceRequired",
    cause: "capability.tool_choice_required",
    asks: ({ toolChoice }) =>
      toolChoice?.type === "required" || toolChoice?.type === "tool" ? "tool_choice" : undefined,
  },
  {
    capability: "structuredOutput",
    cause: "capability.structured_output",
    asks: ({ output }) => (output?.type === "json-schema" ? "response_format" : undefined),
  },
  {
    capability: "jsonMode",
    cause: "capability.json_mode",
    asks: ({ output }) => (output?.type === "json" ? "response_format" : undefined),
  },
  {
    capability: "toolsWithStructuredOutput",
    cause: "capability.tools_with_structured_output",
    asks: (request) =>
      hasTools(request) && request.output?.type === "json-schema" ? "response_format" : undefined,
  },
  {
    capability: "vision",
    cause: "capability.vision",
    asks: (request) => whereIs(request, "image"),
  },
  {
    capability: "audioInput",
    cause: "capability.modalities",
    asks: (request) => whereIs(request, "audio"),
  },
  {
    capability: "audioOutput",
    cause: "capability.modalities",
    asks: ({ modalities }) => (modalities?.includes("audio") === true ? "modalities" : undefined),
  },
  {
    capability: "imageOutput",
    cause: "capability.modalities",
    asks: ({ modalities }) => (modalities?.includes("image") === true ? "modalities" : undefined),
  },
  {
    capability: "reasoning",
    cause: "capability.reasoning",
    asks: (request) => (wantsReasoning(request) ? "reasoning_effort" : undefined),
  },
  {
    capability: "thinkingDisable",
    cause: "capability.thinking_disable",
    asks: (request) => (refusesThinking(request) ? "reasoning_effort" : undefined),
  },
];

/** What is known of an offering's model: the channel's entries, those that match later going before earlier ones. */
export function capabilitiesOf(offering: Offering): Capabilities | undefined {
  const { capabilities } = offering.channel;
  if (capabilities === undefined) return undefined;
  let known: Capabilities | undefined;
  for (const [pattern, entry] of Object.entries(capabilities)) {
    const matches = matchPattern(pattern, offering.model) ?? matchPattern(pattern, offering.asked);
    if (matches !== undefined) known = { ...known, ...entry };
  }
  return known;
}

/**
 * The offerings that can do what the request asks for, in their order. `request` is called only where something
 * is known of an offering. Throws the refusal of the first capability that leaves none.
 */
export function withCapabilities(
  offerings: readonly Offering[],
  request: () => ChatRequest,
): readonly Offering[] {
  if (offerings.every(({ channel }) => channel.capabilities === undefined)) return offerings;
  let left = offerings.map((offering) => ({ offering, can: capabilitiesOf(offering) ?? {} }));
  for (const { capability, asks, cause } of filters) {
    if (left.every(({ can }) => can[capability] !== false)) continue;
    const param = asks(request());
    if (param === undefined) continue;
    left = left.filter(({ can }) => can[capability] !== false);
    if (left.length === 0) throw new Failure(cause, { param });
  }
  return left.map(({ offering }) => offering);
}

function hasTools(request: ChatRequest): boolean {
  return request.tools !== undefined && request.tools.length > 0;
}

function whereIs(request: ChatRequest, type: Part["type"]): string | undefined {
  return request.turns.some(({ parts }) => parts.some((part) => holds(part, type)))
    ? "messages"
    : undefined;
}

function holds(part: Part, type: Part["type"]): boolean {
  return (
    part.type === type ||
    (part.type === "tool-result" && part.content.some((inner) => inner.type === type))
  );
}

function refusesThinking({ reasoning }: ChatRequest): boolean {
  return (
    reasoning !== undefined &&
    (reasoning.enabled === false || reasoning.effort === "none" || reasoning.budget === 0)
  );
}

function wantsReasoning(request: ChatRequest): boolean {
  return request.reasoning !== undefined && !refusesThinking(request);
}
