/** A provider's response object as events. */
import type { Event, FinishEvent, FinishReason, StartEvent } from "../../core/events.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ReadContext } from "../dialect.ts";
import { errorIn, toFailure } from "../read-errors.ts";
import { OutputReader } from "./output-reader.ts";
import { readUsage } from "./usage.ts";
import { dialectName, string } from "./wire.ts";

/**
 * From `start` to `finish`, usage before it. An answer that is still being made (`background`) finishes as
 * `other`, its status reported.
 * Throws what `context.failure` makes of an error in the body, `upstream.shape_unknown`, `upstream.empty`.
 */
export function readAnswer(body: Json, context: ReadContext): Event[] {
  const error = isObject(body) ? errorOf(body) : undefined;
  if (error !== undefined) throw failureOf(error, context);
  const foreign = isObject(body) && body.output !== undefined ? undefined : errorIn(body);
  if (foreign !== undefined) throw toFailure(foreign, context);
  if (!isObject(body)) throw new Failure("upstream.shape_unknown");
  const { output } = body;
  if (output === undefined || output === null) throw new Failure("upstream.empty");
  if (!Array.isArray(output)) throw new Failure("upstream.shape_unknown");

  const events: Event[] = [readStart(body)];
  const reader = new OutputReader(context);
  for (const [place, item] of output.entries()) {
    if (!isObject(item)) throw new Failure("upstream.shape_unknown");
    reader.done(place, item, events);
  }
  reader.finish(events);
  const usage = readUsage(body, reader.hostedCalls);
  if (usage !== undefined) events.push({ type: "usage", usage });
  const finish = readFinish(body, reader);
  if (isSilent(finish, reader, usage?.output)) throw new Failure("upstream.empty");
  events.push(finish);
  return events;
}

/** Whether an answer is said to have ended well without an item or a token. */
export function isSilent(
  finish: FinishEvent,
  reader: OutputReader,
  output: number | undefined,
): boolean {
  return finish.reason === "stop" && reader.size === 0 && (output ?? 0) === 0;
}

/** What the body says has gone wrong, in the envelope that the table of failures knows; or undefined. */
export function errorOf(body: JsonObject): JsonObject | undefined {
  const { error, status } = body;
  if (error !== undefined && error !== null && error !== false && error !== "") return { error };
  if (body.object === "error" || body.type === "error") return { error: body };
  if (status === "failed" || status === "cancelled") {
    return { error: { code: status, message: `The provider's answer is ${status}.` } };
  }
  const { errors, detail } = body;
  return body.output === undefined && (errors ?? detail) !== undefined ? body : undefined;
}

export function failureOf(body: JsonObject, context: ReadContext, inStream?: true): Failure {
  const { error } = body;
  const told = isObject(error)
    ? Number(error.status ?? error.status_code ?? error.code)
    : Number.NaN;
  const status = Number.isInteger(told) && told >= 400 && told < 600 ? { status: told } : {};
  return context.failure(inStream ? { body, inStream, ...status } : { body, ...status });
}

/** Fields with a place of their own, and those that only repeat what the request said. */
const notKept: ReadonlySet<string> = new Set([
  "id",
  "object",
  "created_at",
  "model",
  "output",
  "output_text",
  "usage",
  "error",
  "status",
  "incomplete_details",
  // Extensions in which Parley tells what the format has no field for.
  "native_finish_reason",
  "stop_sequence",
  "service_tier",
  "instructions",
  "input",
  "tools",
  "tool_choice",
  "text",
  "metadata",
  "prompt",
  "user",
  "safety_identifier",
  "prompt_cache_key",
]);

export function readStart(response: JsonObject): StartEvent {
  const start: StartEvent = { type: "start" };
  const id = string(response.id);
  const model = string(response.model);
  if (id !== undefined) start.id = id;
  if (model !== undefined) start.model = model;
  if (typeof response.created_at === "number" && response.created_at > 0) {
    start.created = Math.floor(response.created_at);
  }
  const fields = keptFields(response);
  if (Object.keys(fields).length > 0) start.extra = { dialect: dialectName, fields };
  return start;
}

/** What the response says of itself and has no canonical form. */
export function keptFields(response: JsonObject): JsonObject {
  const fields: JsonObject = {};
  for (const key in response) {
    const value = response[key];
    if (value !== undefined && value !== null && !notKept.has(key)) fields[key] = value;
  }
  return fields;
}

export function readFinish(response: JsonObject, reader: OutputReader): FinishEvent {
  const said = string(response.status) ?? "completed";
  const status = said === "complete" ? "completed" : said;
  const details = isObject(response.incomplete_details) ? response.incomplete_details : {};
  const cut = status === "incomplete" ? (string(details.reason) ?? status) : undefined;
  const finish: FinishEvent = {
    type: "finish",
    choice: 0,
    reason: cut === undefined ? endOf(status, reader) : (cuts[cut] ?? "other"),
    reported: string(response.native_finish_reason) ?? cut ?? status,
  };
  const stop = string(response.stop_sequence);
  if (stop !== undefined) finish.stopSequence = stop;
  return finish;
}

const cuts: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: "length",
  max_tokens: "length",
  content_filter: "content-filter",
};

function endOf(status: string, reader: OutputReader): FinishReason {
  if (status !== "completed") return "other";
  if (reader.hasToolCalls) return "tool-calls";
  return reader.hasOnlyRefusal ? "refusal" : "stop";
}
