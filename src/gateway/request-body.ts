/** What is sent to an offering: the client's own bytes where the dialects agree, else the request written anew. */
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { type Edit, editJson } from "../core/json-spans.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { OperationCall, OperationFormatName } from "../dialects/operation.ts";
import { Failure } from "../failures/failure.ts";
import type { HttpProvider } from "../providers/provider.ts";
import type { Offering } from "../routing/offerings.ts";
import { chooseDialect } from "./choose-dialect.ts";
import type { Exchange } from "./exchange.ts";
import { operationBody } from "./operate.ts";

export interface OutgoingBody {
  dialect: Dialect;
  bytes: Buffer;
  headers: Record<string, string>;
  /** Set where it is not chat. */
  operation?: SentOperation;
  /** The answer's bytes flow to the client as they come. */
  passesThrough: boolean;
}

/** What was asked for besides chat, and the wire format in which the provider was asked. */
export interface SentOperation {
  call: OperationCall;
  format: OperationFormatName;
}

/**
 * Throws what `writeRequest` throws, `channel.mapping_failed`, `channel.override_invalid`, and
 * `model.no_endpoint` where no dialect of the provider is spoken here.
 */
export function outgoingBody(
  exchange: Exchange,
  offering: Offering,
  provider: HttpProvider,
): OutgoingBody {
  if (offering.model === "") throw new Failure("channel.mapping_failed");
  const { surface, gateway, operation } = exchange;
  if (operation !== undefined) return operationBody(exchange, offering, provider, operation.name);
  const own = surface.dialect;
  const override = offering.channel.overrides.body;
  const name = chooseDialect(exchange, provider, offering.model);
  if (name === own.name && passesUnchanged(exchange, provider)) {
    const bytes = editedBytes(exchange, offering.model, override);
    if (override !== undefined) checkOverridden(own, bytes);
    return { dialect: own, bytes, headers: forwarded(exchange), passesThrough: true };
  }
  const dialect = name === undefined ? undefined : gateway.dialects[name];
  if (dialect === undefined) throw new Failure("model.no_endpoint", { provider: provider.name });
  const { channel } = offering;
  if (dialect !== own) own.checkTranslation?.(exchange.body);
  const request = exchange.readRequest();
  // Usage is always asked for; the client's own writer leaves it out where the client did not ask.
  const written = dialect.writeRequest(
    exchange.stream ? { ...request, streamUsage: true } : request,
    {
      model: offering.model,
      origin: { provider: provider.name, channel: channel.id, model: offering.model },
      manners: provider.manners,
    },
  );
  exchange.attemptWarnings = written.warnings;
  let { body } = written;
  if (provider.body !== undefined)
    body = provider.body(body, {
      dialect: dialect.name,
      model: offering.model,
      stream: exchange.stream,
    });
  if (override !== undefined) body = mergePatch(body, override);
  const bytes = Buffer.from(JSON.stringify(body));
  if (override !== undefined) checkOverridden(dialect, bytes);
  const headers = dialect === own ? joined(forwarded(exchange), written.headers) : written.headers;
  return { dialect, bytes, headers: headers ?? {}, passesThrough: false };
}

/** The client's own request for a provider of the same format. */
export function passedBody(exchange: Exchange, { model, channel }: Offering) {
  const bytes = editedBytes(exchange, model, channel.overrides.body);
  return { bytes, headers: forwarded(exchange) };
}

/** The bytes of a request that was written anew. */
export function finishedBody(body: JsonObject, override: JsonObject | undefined): Buffer {
  return Buffer.from(JSON.stringify(override === undefined ? body : mergePatch(body, override)));
}

/** The client's headers that belong to its dialect. */
function forwarded({ surface, raw }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of surface.forwardedHeaders) {
    const value = raw.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  return headers;
}

/** Both, where both say something as one list. */
function joined(ofClient: Record<string, string>, ofBody: Record<string, string> = {}) {
  const headers = { ...ofClient, ...ofBody };
  for (const name in ofBody) {
    if (ofClient[name] !== undefined) headers[name] = `${ofClient[name]},${ofBody[name]}`;
  }
  return headers;
}

/** Whether the client's bytes can go to the provider as they are. */
function passesUnchanged({ body, surface }: Exchange, provider: HttpProvider): boolean {
  const { passThrough } = surface.dialect;
  if (passThrough === undefined || provider.body !== undefined) return false;
  return provider.manners === undefined || passThrough.fits(body, provider.manners);
}

/** The client's bytes with the model's name, Parley's own fields and the channel's overrides put right. */
function editedBytes(exchange: Exchange, model: string, override: JsonObject | undefined): Buffer {
  const { body, surface } = exchange;
  const edits = new Map<string, Edit>();
  settleRepeated(exchange, edits);
  for (const field of surface.ownFields) edits.set(field, "remove");
  if (body.model !== model) edits.set("model", { value: JSON.stringify(model) });
  if (exchange.stream && !exchange.streamUsage) {
    const asked = isObject(body.stream_options) ? body.stream_options : {};
    edits.set("stream_options", { value: JSON.stringify({ ...asked, include_usage: true }) });
  }
  if (override !== undefined) {
    for (const [name, value] of Object.entries(override)) {
      if (value === null) edits.set(name, "remove");
      else edits.set(name, { value: JSON.stringify(mergeValue(body[name], value)) });
    }
  }
  return editJson(exchange.bytes, exchange.fields, edits);
}

/**
 * A name that comes twice has its last value here, but its first for other readers: every occurrence gets the
 * last, so that what was checked is what is sent.
 */
function settleRepeated({ bytes, fields }: Exchange, edits: Map<string, Edit>): void {
  const names = new Set<string>();
  for (const { name } of fields) names.add(name);
  if (names.size === fields.length) return;
  const last = new Map(fields.map((field) => [field.name, field]));
  for (const field of fields) {
    const kept = last.get(field.name);
    if (kept === undefined || kept === field) continue;
    edits.set(field.name, { value: bytes.toString("utf8", kept.valueStart, kept.valueEnd) });
  }
}

/** RFC 7396: objects are merged, `null` removes, everything else replaces. */
function mergePatch(body: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...body };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergeValue(merged[name], value);
  }
  return merged;
}

function mergeValue(base: Json | undefined, value: Json): Json {
  return isObject(value) ? mergePatch(isObject(base) ? base : {}, value) : value;
}

/** An override is the operator's: what it spoils is not the client's fault. */
function checkOverridden(dialect: Dialect, bytes: Buffer): void {
  try {
    const body: Json = JSON.parse(bytes.toString());
    if (!isObject(body)) throw new Failure("request.json_not_object");
    if (dialect.checkRequest === undefined) dialect.readRequest(body);
    else dialect.checkRequest(body);
  } catch (thrown) {
    throw new Failure("channel.override_invalid", {
      operator: thrown instanceof Error ? thrown.message : String(thrown),
    });
  }
}
