/** GET /openapi.json: every path, from the schemas that check its bodies and the catalogue that tells its failures. */
import type { FastifyInstance } from "fastify";
import {
  channelChangeSchema,
  channelCreateSchema,
  credentialSchema,
} from "../admin/channel-body.ts";
import { keyChangeSchema, keyCreateSchema } from "../admin/key-body.ts";
import { compactSchema } from "../dialects/compact/index.ts";
import { chatRequestSchema } from "../dialects/openai-chat/wire.ts";
import { responsesRequestSchema } from "../dialects/openai-responses/wire.ts";
import { contracts } from "../failures/contracts/index.ts";
import { gatewayOptions } from "../surfaces/gateway-options.ts";
import type { Gateway } from "./gateway.ts";
import { operationsBesidesChat } from "./openapi-inference.ts";
import { plainRoute } from "./plain-routes.ts";

export interface Operation {
  method: "get" | "post" | "patch" | "put" | "delete";
  path: string;
  summary: string;
  tag: "inference" | "models" | "status" | "errors" | "management";
  body?: unknown;
  /** Answered without a key. */
  open?: boolean;
}

const chat = {
  ...chatRequestSchema,
  properties: { ...chatRequestSchema.properties, gateway: gatewayOptions },
};

const response = {
  ...responsesRequestSchema,
  properties: { ...responsesRequestSchema.properties, gateway: gatewayOptions },
};

/** Every operation of the server; a test holds this against the routes that it has. */
export const operations: readonly Operation[] = [
  {
    method: "post",
    path: "/v1/chat/completions",
    summary: "Chat (OpenAI's format)",
    tag: "inference",
    body: chat,
  },
  {
    method: "post",
    path: "/newapi/v1/chat/completions",
    summary: "Chat, for clients of new-api",
    tag: "inference",
    body: chat,
  },
  {
    method: "post",
    path: "/api/v1/chat/completions",
    summary: "Chat, for clients of Concurred",
    tag: "inference",
    body: chat,
  },
  {
    method: "post",
    path: "/v1/responses",
    summary: "OpenAI's Responses API",
    tag: "inference",
    body: response,
  },
  {
    method: "post",
    path: "/v1/responses/compact",
    summary: "A conversation made shorter, where its vendor does that",
    tag: "inference",
    body: compactSchema,
  },
  {
    method: "get",
    path: "/v1/responses/{id}",
    summary: "A stored response; `?stream=true&starting_after=` gives its events",
    tag: "inference",
  },
  {
    method: "delete",
    path: "/v1/responses/{id}",
    summary: "Remove a stored response",
    tag: "inference",
  },
  {
    method: "post",
    path: "/v1/responses/{id}/cancel",
    summary: "Stop a response that is made in the background",
    tag: "inference",
  },
  {
    method: "get",
    path: "/v1/responses/{id}/input_items",
    summary: "What a stored response was given",
    tag: "inference",
  },
  ...operationsBesidesChat,
  {
    method: "post",
    path: "/v1/messages",
    summary: "Anthropic's Messages API",
    tag: "inference",
    body: { type: "object", required: ["model", "messages", "max_tokens"] },
  },
  ...["generateContent", "streamGenerateContent"].map(
    (action): Operation => ({
      method: "post",
      path: `/v1beta/models/{model}:${action}`,
      summary: `Google's Gemini API: ${action}`,
      tag: "inference",
      body: { type: "object", required: ["contents"] },
    }),
  ),
  ...["/v1", "/api/v1", "/newapi/v1"].flatMap((prefix): Operation[] => [
    {
      method: "get",
      path: `${prefix}/models`,
      summary: "The models that the key may use",
      tag: "models",
    },
    {
      method: "get",
      path: `${prefix}/models/{id}`,
      summary: "One model; its id may hold slashes",
      tag: "models",
    },
  ]),
  { method: "get", path: "/health", summary: "Alive", tag: "status", open: true },
  { method: "get", path: "/api/health", summary: "Alive", tag: "status", open: true },
  { method: "get", path: "/ready", summary: "Fit to serve", tag: "status", open: true },
  {
    method: "get",
    path: "/metrics",
    summary: "Prometheus metrics, for loopback or with a key",
    tag: "status",
  },
  { method: "get", path: "/openapi.json", summary: "This description", tag: "status", open: true },
  {
    method: "get",
    path: "/errors",
    summary: "The catalogue of failures, as HTML or JSON",
    tag: "errors",
    open: true,
  },
  { method: "get", path: "/errors/{cause}", summary: "One cause", tag: "errors", open: true },
  {
    method: "get",
    path: "/errors/{contract}/{code}",
    summary: "One code of a contract",
    tag: "errors",
    open: true,
  },
  { method: "get", path: "/admin/v1/keys", summary: "API keys", tag: "management" },
  {
    method: "post",
    path: "/admin/v1/keys",
    summary: "Make an API key; the answer holds its secret, once",
    tag: "management",
    body: keyCreateSchema,
  },
  { method: "get", path: "/admin/v1/keys/{id}", summary: "One API key", tag: "management" },
  {
    method: "patch",
    path: "/admin/v1/keys/{id}",
    summary: "Change an API key",
    tag: "management",
    body: keyChangeSchema,
  },
  {
    method: "delete",
    path: "/admin/v1/keys/{id}",
    summary: "Revoke an API key, for good",
    tag: "management",
  },
  { method: "get", path: "/admin/v1/channels", summary: "Channels", tag: "management" },
  {
    method: "post",
    path: "/admin/v1/channels",
    summary: "Make a channel",
    tag: "management",
    body: channelCreateSchema,
  },
  { method: "get", path: "/admin/v1/channels/{id}", summary: "One channel", tag: "management" },
  {
    method: "patch",
    path: "/admin/v1/channels/{id}",
    summary: "Change a channel",
    tag: "management",
    body: channelChangeSchema,
  },
  {
    method: "delete",
    path: "/admin/v1/channels/{id}",
    summary: "Remove a channel",
    tag: "management",
  },
  {
    method: "post",
    path: "/admin/v1/channels/{id}/credentials",
    summary: "Add a credential",
    tag: "management",
    body: credentialSchema,
  },
  {
    method: "put",
    path: "/admin/v1/channels/{id}/credentials",
    summary: "Replace all credentials",
    tag: "management",
    body: { type: "array", items: credentialSchema },
  },
  {
    method: "delete",
    path: "/admin/v1/channels/{id}/credentials/{credential}",
    summary: "Remove a credential",
    tag: "management",
  },
  {
    method: "get",
    path: "/admin/v1/requests/{id}",
    summary: "One request: what was tried and what came of it",
    tag: "management",
  },
  { method: "get", path: "/admin/v1/usage", summary: "Requests, newest first", tag: "management" },
  {
    method: "get",
    path: "/admin/v1/audit",
    summary: "Changes made through the management API, newest first",
    tag: "management",
  },
];

export function openApiRoute(app: FastifyInstance, gateway: Gateway, version: string): void {
  plainRoute(app, gateway, "/openapi.json", () => ({
    body: openApi(version, gateway.settings.publicUrl),
  }));
}

export function openApi(version: string, publicUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method] = describe(operation);
    paths[operation.path] = path;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Parley",
      version,
      description: "One API key, every model, and an honest answer when something fails.",
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: {
        Error: {
          type: "object",
          required: ["error"],
          properties: {
            error: {
              type: "object",
              required: ["message", "type", "code", "param", "doc_url", "suggestion", "request_id"],
              properties: {
                message: { type: "string" },
                type: { type: "string" },
                code: { type: "string", enum: Object.keys(contracts.native.codes) },
                param: { type: ["string", "null"] },
                doc_url: { type: "string" },
                provider: { type: "string" },
                suggestion: { type: "string" },
                request_id: { type: "string" },
              },
            },
          },
        },
      },
    },
  };
}

function describe(operation: Operation) {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return {
    summary: operation.summary,
    tags: [operation.tag],
    ...(operation.open === true && { security: [] }),
    ...(names.length > 0 && {
      parameters: names.map((name) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string" },
      })),
    }),
    ...(operation.body !== undefined && {
      requestBody: { required: true, content: { "application/json": { schema: operation.body } } },
    }),
    responses: {
      "200": { description: "Done" },
      default: {
        description: "A failure of the catalogue (GET /errors)",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}
