/** The list of models as Anthropic's and Google's clients know it. */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { Failure } from "../failures/failure.ts";
import { endpointAlone } from "../routing/operation-filter.ts";
import type { Gateway } from "./gateway.ts";
import { listModels, type ModelEntry, oneModel } from "./model-list.ts";
import { plainRoute } from "./plain-routes.ts";
import { requestKey } from "./request-key.ts";

/** https://platform.claude.com/docs/en/api/models/list */
export function anthropicList(entries: readonly ModelEntry[], raw: IncomingMessage) {
  const query = queryOf(raw);
  const limit = numberIn(query, "limit", 20);
  const after = query.get("after_id");
  const before = query.get("before_id");
  const ids = entries.map(({ id }) => id);
  let start = after === null ? 0 : placeOf(ids, after, "after_id") + 1;
  let end = Math.min(entries.length, start + limit);
  if (before !== null) {
    end = placeOf(ids, before, "before_id");
    start = Math.max(0, end - limit);
  }
  const data = entries.slice(start, end).map(anthropicModel);
  return {
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: before === null ? end < entries.length : start > 0,
  };
}

/** https://platform.claude.com/docs/en/api/models/retrieve */
export function anthropicModel({ id, created }: ModelEntry) {
  return {
    type: "model" as const,
    id,
    display_name: id,
    created_at: new Date(created * 1000).toISOString(),
  };
}

/** GET /v1beta/models and /v1beta/models/{model}. https://ai.google.dev/api/models */
export function geminiModelRoutes(app: FastifyInstance, gateway: Gateway): void {
  plainRoute(app, gateway, "/v1beta/models", (raw) => {
    const entries = listModels(gateway, requestKey(gateway, raw));
    const query = queryOf(raw);
    const size = numberIn(query, "pageSize", 50);
    const token = query.get("pageToken");
    const ids = entries.map(({ id }) => id);
    const start = token === null || token === "" ? 0 : placeOf(ids, tokenName(token), "pageToken");
    const next = entries[start + size];
    return {
      body: {
        models: entries.slice(start, start + size).map((entry) => geminiModel(gateway, entry)),
        ...(next !== undefined && { nextPageToken: Buffer.from(next.id).toString("base64url") }),
      },
    };
  });
  plainRoute(app, gateway, "/v1beta/models/*", (raw, params) => ({
    body: geminiModel(gateway, oneModel(gateway, raw, params["*"] ?? "")),
  }));
}

/** The next page begins with this model. */
function tokenName(token: string): string {
  return Buffer.from(token, "base64url").toString();
}

const methodsOf = {
  chat: ["generateContent", "streamGenerateContent", "countTokens"],
  embeddings: ["embedContent", "batchEmbedContents"],
  moderations: [],
  rerank: [],
};

/** What Parley does not know of a model (its limits, its sampling) is left out. */
function geminiModel({ providers }: Gateway, { id, owned_by: owner }: ModelEntry) {
  const facts = providers.get(owner);
  const bare = id.startsWith(`${owner}/`) ? id.slice(owner.length + 1) : id;
  const endpoint = facts === undefined ? undefined : endpointAlone(facts, bare);
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: "1",
    displayName: id,
    supportedGenerationMethods: methodsOf[endpoint ?? "chat"],
  };
}

function queryOf(raw: IncomingMessage): URLSearchParams {
  const [, query = ""] = (raw.url ?? "").split("?");
  return new URLSearchParams(query);
}

/** From 1 to 1000. Throws `request.field_value`. */
function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 1000) return number;
  throw new Failure("request.field_value", {
    message: `${name} must be a whole number from 1 to 1000.`,
    param: name,
  });
}

/** Throws `request.field_value` where the list has no such model. */
function placeOf(ids: readonly string[], id: string, param: string): number {
  const place = ids.indexOf(id);
  if (place !== -1) return place;
  throw new Failure("request.field_value", { message: `${param} names no model.`, param });
}
