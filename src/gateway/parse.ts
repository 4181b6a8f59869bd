import { isObject, type Json } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";
import { parseOperation } from "./operate.ts";

/**
 * Reads the body: JSON, the dialect's own checks, and Parley's own fields.
 * Throws `request.json_invalid`, `request.json_not_object`, `request.field_missing`, `request.field_type`,
 * `request.field_value`, `request.field_unknown`.
 */
export function parse(exchange: Exchange): Exchange {
  const body = parseObject(exchange.bytes);
  const { surface } = exchange;
  // Told in the right envelope also where the fields themselves are at fault.
  exchange.hasTools = Array.isArray(body.tools) && body.tools.length > 0;
  exchange.options = surface.readOptions(body);
  for (const field of surface.ownFields) delete body[field];
  exchange.body = body;
  exchange.pathContext = surface.readPath?.(exchange.raw.url ?? "");
  const operation = surface.operation ?? exchange.pathContext?.operation;
  if (operation !== undefined) {
    parseOperation(exchange, operation);
    return exchange;
  }
  if (surface.dialect.checkRequest === undefined) exchange.readRequest();
  else surface.dialect.checkRequest(body);
  const { model = body.model, stream = body.stream } = exchange.pathContext ?? {};
  exchange.model = typeof model === "string" ? model : "";
  exchange.stream = stream === true;
  const { stream_options: streamOptions } = body;
  exchange.streamUsage = isObject(streamOptions) && streamOptions.include_usage === true;
  return exchange;
}

/** The bytes as a JSON object. Throws `request.json_invalid`, `request.json_not_object`. */
export function parseObject(bytes: Buffer): { [key: string]: Json } {
  let body: Json;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : "";
    throw new Failure("request.json_invalid", {
      message: `The request's body is not valid JSON${position(reason)}.`,
    });
  }
  if (!isObject(body)) throw new Failure("request.json_not_object");
  return body;
}

/** Where the parser stumbled, without what it stumbled over: the text may be private. */
function position(reason: string): string {
  const at = reason.indexOf("at position ");
  if (at !== -1) return ` (${reason.slice(at)})`;
  return reason.includes("end of JSON input") ? " (it ends too early)" : "";
}
