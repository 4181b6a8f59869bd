/** The response object (https://developers.openai.com/api/reference/resources/responses), as whole answers and streams hold it. */
import type { FinishEvent, StartEvent } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerContext } from "../dialect.ts";
import { writeUsage } from "./usage.ts";
import { dialectName } from "./wire.ts";

/** What the object says of a request that said nothing; clients' types require most of these fields. */
export const defaults: Readonly<JsonObject> = {
  background: false,
  error: null,
  frequency_penalty: 0,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: "default",
  store: false,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  user: null,
};

/** What is known of an answer besides its output. */
export interface Known {
  start?: StartEvent;
  usage?: Usage;
  finish?: FinishEvent;
}

/** The fields that every state of the object has. */
export function writeHead({ start, usage, finish }: Known, context: AnswerContext): JsonObject {
  const head: JsonObject = {
    id: start?.id ?? context.id,
    object: "response",
    created_at: start?.created ?? context.created,
    completed_at: null,
    model: start?.model ?? context.model,
    ...defaults,
    ...kept(start?.extra),
    ...kept(finish?.extra),
    ...kept(finish?.answerExtra),
    ...context.echo,
  };
  if (usage?.serviceTier !== undefined) head.service_tier = usage.serviceTier;
  return head;
}

/** The object of an answer that has not begun. */
export function pendingResponse(context: AnswerContext): JsonObject {
  return { ...writeHead({}, context), status: "queued", output: [], usage: null };
}

/** The object of an answer that has ended. */
export function writeEnded(
  known: Known,
  context: AnswerContext,
  output: JsonObject[],
  shown: { hostedCalls: Record<string, number>; hasRefusal: boolean },
): JsonObject {
  const { usage, finish } = known;
  const response = writeHead(known, context);
  const { status, reason } = endOf(finish, shown.hasRefusal);
  response.status = status;
  response.output = output;
  if (reason !== undefined) response.incomplete_details = { reason };
  if (finish?.stopSequence !== undefined) response.stop_sequence = finish.stopSequence;
  const reported = finish?.reported;
  if (reported !== undefined && reported !== status && reported !== reason) {
    response.native_finish_reason = reported;
  }
  response.usage = usage === undefined ? null : writeUsage(usage, shown.hostedCalls);
  return response;
}

/** Fields kept from an answer in this dialect; those of another stand under its name in `provider_fields`. */
function kept(extra: StartEvent["extra"]): JsonObject {
  if (extra === undefined) return {};
  if (extra.dialect === dialectName) return extra.fields;
  return { provider_fields: { [extra.dialect]: extra.fields } };
}

/** A cut is never told as a completed answer. */
export function endOf(
  finish: FinishEvent | undefined,
  hasRefusal: boolean,
): { status: string; reason?: string } {
  const { reason = "stop", reported } = finish ?? {};
  switch (reason) {
    case "stop":
    case "tool-calls":
      return { status: "completed" };
    case "refusal":
      return hasRefusal
        ? { status: "completed" }
        : { status: "incomplete", reason: "content_filter" };
    case "length":
    case "context-window":
      return { status: "incomplete", reason: "max_output_tokens" };
    case "content-filter":
      return { status: "incomplete", reason: "content_filter" };
    default:
      if (reported === "queued" || reported === "in_progress") return { status: reported };
      return { status: "incomplete", reason: reported ?? reason };
  }
}

/** The answer's id without its prefix, to make items' ids of. */
export function baseOf(id: string): string {
  return id.slice(id.indexOf("_") + 1).replace(/[^a-zA-Z0-9]/g, "");
}
