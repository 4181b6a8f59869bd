/**
 * What a channel's credential is, and the token that it gives. Google's own library makes, keeps and
 * renews the tokens.
 */
import { createHash } from "node:crypto";
import type { AuthClient } from "google-auth-library";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";

/** https://docs.cloud.google.com/iam/docs/roles-overview, the one scope that Vertex AI takes */
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

export type Credential =
  /** Express mode. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode/overview */
  | { kind: "api-key"; key: string }
  | { kind: "token"; token: string }
  /** A service account's key, a workload identity (`external_account`), or a user's. */
  | { kind: "json"; json: JsonObject }
  /** The machine's own: the metadata server, or what the environment names. */
  | { kind: "default" };

/** Where a channel has no secret of its own, the machine's identity is meant; it may also be named. */
const machine = new Set(["", "default", "metadata"]);

/** Throws `upstream.credential_rejected` for a JSON credential that is none of Google's. */
export function readCredential(secret: string): Credential {
  const text = secret.trim();
  // The variable that makes a channel holds the path of the file that the library finds by itself
  if (machine.has(text) || text === process.env.GOOGLE_APPLICATION_CREDENTIALS)
    return { kind: "default" };
  if (text.startsWith("{")) return { kind: "json", json: readJson(text) };
  if (text.startsWith("AIza") || text.startsWith("AQ.")) return { kind: "api-key", key: text };
  return { kind: "token", token: text };
}

const types = new Set([
  "service_account",
  "external_account",
  "authorized_user",
  "impersonated_service_account",
]);

function readJson(text: string): JsonObject {
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("The credential is not valid JSON.");
  }
  if (!isObject(json) || typeof json.type !== "string" || !types.has(json.type))
    throw malformed(`The credential's type is none of ${[...types].join(", ")}.`);
  if (json.type === "service_account" && typeof json.private_key !== "string")
    throw malformed("The service account's credential has no private_key.");
  checkAddresses(json);
  return json;
}

/**
 * A credential's file may say where tokens are sent, and what is run or read to get one. They go to Google
 * alone, and nothing is run.
 * https://docs.cloud.google.com/docs/authentication/external/externally-sourced-credentials
 */
function checkAddresses(json: JsonObject): void {
  for (const field of [
    "token_uri",
    "token_url",
    "token_info_url",
    "service_account_impersonation_url",
  ]) {
    const url = json[field];
    if (url !== undefined && !isGoogle(url))
      throw malformed(`The credential's ${field} is not an address of googleapis.com.`);
  }
  if (json.universe_domain !== undefined && json.universe_domain !== "googleapis.com")
    throw malformed("The credential belongs to another cloud than googleapis.com.");
  if (isObject(json.credential_source) && json.credential_source.executable !== undefined)
    throw malformed("Credentials that run a program are not taken.");
  if (isObject(json.source_credentials)) checkAddresses(json.source_credentials);
}

function isGoogle(value: Json): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" && hostname.endsWith(".googleapis.com");
}

function malformed(operator: string): Failure {
  return new Failure("upstream.credential_rejected", { provider: "vertex", operator });
}

export interface TokenSource {
  /** An access token, made or renewed where needed. Throws `upstream.credential_rejected`, `upstream.connect_failed`. */
  token(credential: Extract<Credential, { kind: "json" | "default" }>): Promise<string>;
  /** The project that the credential belongs to, where it says one. */
  project(
    credential: Extract<Credential, { kind: "json" | "default" }>,
  ): Promise<string | undefined>;
}

/** Most credentials that are kept ready; the one used longest ago goes first. */
const MOST_KEPT = 500;

/** Loads the library when the first token is needed: most gateways never do. */
export class GoogleTokens implements TokenSource {
  readonly #clients = new Map<string, Promise<AuthClient>>();
  readonly #load: (json: JsonObject | undefined) => Promise<AuthClient>;

  constructor(load: (json: JsonObject | undefined) => Promise<AuthClient> = loadClient) {
    this.#load = load;
  }

  async token(credential: Extract<Credential, { kind: "json" | "default" }>): Promise<string> {
    try {
      const client = await this.#client(credential);
      const { token } = await client.getAccessToken();
      if (token) return token;
    } catch (thrown) {
      throw asFailure(thrown);
    }
    throw new Failure("upstream.credential_rejected", {
      provider: "vertex",
      operator: "Google gave no access token for the credential.",
    });
  }

  async project(
    credential: Extract<Credential, { kind: "json" | "default" }>,
  ): Promise<string | undefined> {
    if (credential.kind === "json") {
      const { project_id, quota_project_id } = credential.json;
      if (typeof project_id === "string") return project_id;
      if (typeof quota_project_id === "string") return quota_project_id;
    }
    try {
      const client = await this.#client(credential);
      return client.projectId ?? undefined;
    } catch (thrown) {
      throw asFailure(thrown);
    }
  }

  #client(credential: Extract<Credential, { kind: "json" | "default" }>): Promise<AuthClient> {
    const json = credential.kind === "json" ? credential.json : undefined;
    const key =
      json === undefined
        ? "default"
        : createHash("sha256").update(JSON.stringify(json)).digest("hex");
    const kept = this.#clients.get(key);
    const client = kept ?? this.#load(json);
    this.#clients.delete(key);
    this.#clients.set(key, client);
    // A credential that could not be loaded is tried anew
    if (kept === undefined) client.catch(() => this.#clients.delete(key));
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MOST_KEPT && oldest !== undefined) this.#clients.delete(oldest);
    return client;
  }
}

async function loadClient(json: JsonObject | undefined): Promise<AuthClient> {
  const { GoogleAuth } = await import("google-auth-library");
  const auth = new GoogleAuth({
    scopes: [SCOPE],
    ...(json === undefined ? {} : { credentials: json }),
  });
  const client = await auth.getClient();
  client.projectId ??= await auth.getProjectId().catch(() => null);
  return client;
}

/** Names that Node gives to failures on the way, before Google could say anything. */
const unreachable = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const status = thrown instanceof Error && "status" in thrown ? thrown.status : undefined;
  const options = { provider: "vertex", operator: `Access token: ${message}` };
  if (typeof code === "string" && unreachable.has(code))
    return new Failure("upstream.connect_failed", options);
  if (typeof status === "number" && status >= 500)
    return new Failure("upstream.server_error", { ...options, providerStatus: status });
  return new Failure("upstream.credential_rejected", options);
}
