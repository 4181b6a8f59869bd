import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Manners } from "../manners.ts";

/** Manners that show in answers: with one of these no answer can pass as it is. */
const inAnswers = [
  "reasoningTags",
  "contentChunks",
  "usageAt",
  "cachedTokensAt",
  "reasoningTokensAt",
  "reasoningOutsideOutput",
  "finishReasons",
  "errorUnless",
] as const satisfies (keyof Manners)[];

/** Fields in which a request asks for reasoning. */
const reasoningFields = [
  "reasoning_effort",
  "reasoning",
  "thinking",
  "enable_thinking",
  "thinking_budget",
];

/**
 * Whether the client's bytes may go to a vendor of these manners as they are, and the vendor's answer back. Wherever
 * the vendor would need anything put otherwise, the request takes the way through the canonical form.
 */
export function fitsUnchanged(body: JsonObject, manners: Manners): boolean {
  if (inAnswers.some((manner) => manners[manner] !== undefined)) return false;
  if (manners.reasoningField !== undefined && manners.reasoningField !== "reasoning_content")
    return false;
  for (const field of Object.keys(manners.rename ?? {}))
    if (body[field] !== undefined) return false;
  for (const field of manners.refuses ?? []) if (body[field] !== undefined) return false;
  return (
    fitsOptions(body, manners) &&
    Array.isArray(body.messages) &&
    body.messages.every((message) => fitsMessage(message, manners))
  );
}

function fitsOptions(body: JsonObject, manners: Manners): boolean {
  const { stop, temperature, tool_choice: choice, response_format: format } = body;
  if (Array.isArray(stop) && manners.maxStop !== undefined && stop.length > manners.maxStop)
    return false;
  if (
    typeof temperature === "number" &&
    temperature > (manners.maxTemperature ?? Number.POSITIVE_INFINITY)
  )
    return false;
  if (
    choice !== undefined &&
    (manners.toolChoices !== undefined || manners.requiredToolChoice !== undefined)
  )
    return false;
  if (isObject(format) && format.type === "json_schema" && manners.jsonSchema !== undefined)
    return false;
  if (
    manners.reasoningEffort !== undefined &&
    reasoningFields.some((field) => body[field] !== undefined)
  )
    return false;
  return (
    manners.streamUsage === undefined || manners.streamUsage === "option" || body.stream !== true
  );
}

function fitsMessage(message: Json, manners: Manners): boolean {
  if (!isObject(message)) return false;
  if (message.role === "developer" && manners.developerRole === "system") return false;
  if (message.role === "tool" && manners.toolCallIds !== undefined) return false;
  if (
    message.reasoning_content !== undefined ||
    message.reasoning !== undefined ||
    message.reasoning_details !== undefined
  )
    return false;
  if (
    Array.isArray(message.content) &&
    (manners.fileUrl !== undefined || manners.cacheMarks !== undefined)
  )
    return false;
  return (manners.refusesInMessages ?? []).every((field) => message[field] === undefined);
}
