/**
 * What a channel's credential is: an API key, a ready Entra token, or an application that Entra gives
 * tokens to. https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference#authentication
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { Application } from "./entra.ts";

export type Credential =
  | { kind: "api-key"; key: string }
  | { kind: "token"; token: string }
  | { kind: "application"; application: Application };

/** Azure's own cloud; the option `authority` names another (`https://login.microsoftonline.us`). */
const AUTHORITY = "https://login.microsoftonline.com";
const SCOPE = "https://cognitiveservices.azure.com/.default";

/**
 * Reads a JSON of `tenant_id`, `client_id` and `client_secret`; a client's secret where the options name
 * tenant and client; a token (a JWT); or an API key. Throws `upstream.credential_rejected`.
 */
export function readCredential(
  secret: string,
  options: Readonly<Record<string, string>>,
): Credential {
  const text = secret.trim();
  if (text === "") throw malformed("The channel has no credential.");
  const { tenant_id: tenant, client_id: client } = options;
  if (text.startsWith("{")) {
    return { kind: "application", application: fromJson(text, options) };
  }
  if (tenant !== undefined && client !== undefined) {
    return { kind: "application", application: applicationOf(tenant, client, text, options) };
  }
  if (/^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./.test(text)) return { kind: "token", token: text };
  return { kind: "api-key", key: text };
}

function fromJson(text: string, options: Readonly<Record<string, string>>): Application {
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("The credential is not valid JSON.");
  }
  if (!isObject(json)) throw malformed("The credential is not a JSON object.");
  const field = (snake: string, camel: string) => textOf(json, snake) ?? textOf(json, camel);
  const tenant = field("tenant_id", "tenantId") ?? options.tenant_id;
  const client = field("client_id", "clientId") ?? options.client_id;
  const secret = field("client_secret", "clientSecret");
  if (tenant === undefined || client === undefined || secret === undefined) {
    throw malformed("The credential lacks one of tenant_id, client_id and client_secret.");
  }
  return applicationOf(tenant, client, secret, options);
}

function textOf(json: JsonObject, name: string): string | undefined {
  const value = json[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function applicationOf(
  tenant: string,
  clientId: string,
  clientSecret: string,
  options: Readonly<Record<string, string>>,
): Application {
  const { authority = AUTHORITY, scope = SCOPE, token_url: given } = options;
  const base = authority.endsWith("/") ? authority.slice(0, -1) : authority;
  const url = given ?? `${base}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  if (!isTokenAddress(url)) {
    throw malformed("Where tokens come from must be an https address, or one of this machine.");
  }
  return { tokenUrl: url, clientId, clientSecret, scope };
}

const thisMachine: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The client's secret is sent there. */
function isTokenAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && thisMachine.has(hostname));
}

function malformed(operator: string): Failure {
  return new Failure("upstream.credential_rejected", { provider: "azure", operator });
}
