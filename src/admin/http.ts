/** What the management routes share: bodies, queries, pages, versions. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { isObject, type JsonObject } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";

/** Throws `request.body_missing`, `request.json_invalid`, `request.json_not_object`. */
export function bodyOf(request: FastifyRequest): JsonObject {
  const body = request.body instanceof Uint8Array ? parsed(request.body) : request.body;
  if (body === undefined) throw new Failure("request.body_missing");
  if (!isObject(body)) throw new Failure("request.json_not_object");
  return body;
}

function parsed(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (thrown) {
    throw new Failure("request.json_invalid", {
      message: thrown instanceof Error ? `Invalid JSON: ${thrown.message}` : undefined,
    });
  }
}

/**
 * The query's parameters, each at most once. Throws `request.field_unknown` for one that is not of `known`:
 * a misspelt filter would answer with too much.
 */
export function queryOf<K extends string>(
  request: FastifyRequest,
  known: readonly K[],
): Partial<Record<K, string>> {
  const query: Partial<Record<K, string>> = {};
  for (const [name, value] of Object.entries(isObject(request.query) ? request.query : {})) {
    const parameter = known.find((one) => one === name);
    if (parameter === undefined) {
      throw new Failure("request.field_unknown", {
        message: `The query parameter ${JSON.stringify(name)} is not known; known here: ${known.join(", ")}.`,
        param: name,
      });
    }
    if (typeof value !== "string") wrongValue(name, "must be given once");
    query[parameter] = value;
  }
  return query;
}

export interface Page {
  limit: number;
  /** The last id of the page before. */
  after?: string;
}

/** `?limit` (1 to 1000, 100 where absent) and `?after`. Throws `request.field_value`. */
export function pageOf(query: { limit?: string; after?: string }): Page {
  const limit = query.limit ?? "100";
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000)
    wrongValue("limit", "must be a whole number from 1 to 1000");
  return {
    limit: Number(limit),
    ...(query.after !== undefined && query.after !== "" && { after: query.after }),
  };
}

/** One page of answers. `more`: whether others follow after the last. */
export function listAnswer(items: JsonObject[], more: boolean): JsonObject {
  const last = items.at(-1)?.id;
  return {
    object: "list",
    data: items,
    has_more: more,
    next_after: more && last !== undefined ? last : null,
  };
}

/** The page of a list that is sorted by id and held in memory. */
export function pageOfList<T extends { id: string }>(
  sorted: readonly T[],
  page: Page,
  answer: (item: T) => JsonObject,
): JsonObject {
  const { after } = page;
  const rest = after === undefined ? sorted : sorted.filter(({ id }) => id > after);
  return listAnswer(rest.slice(0, page.limit).map(answer), rest.length > page.limit);
}

/** A resource with its version as the ETag. */
export function sendResource(
  reply: FastifyReply,
  status: number,
  version: number,
  answer: JsonObject,
): FastifyReply {
  return reply.code(status).header("etag", `"${version}"`).send(answer);
}

/** Whether a resource of this version is the one that the caller means. */
export type VersionCheck = (version: number) => void;

/**
 * The condition of If-Match (RFC 9110, section 13.1.1); without the header, or with `*`, every version
 * passes. The check throws `resource.state_wrong`.
 */
export function versionCheckOf(request: FastifyRequest): VersionCheck {
  const header = request.headers["if-match"];
  if (header === undefined || header.trim() === "*") return () => undefined;
  const tags = header.split(",").map((tag) => tag.trim());
  return (version) => {
    if (tags.includes(`"${version}"`)) return;
    throw new Failure("resource.state_wrong", {
      message: `The resource is at version ${version}, which If-Match does not name.`,
    });
  };
}

export function wrongValue(param: string, must: string): never {
  throw new Failure("request.field_value", { message: `${param} ${must}.`, param });
}

/** Unix milliseconds as ISO 8601; `null` where absent. */
export function moment(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
