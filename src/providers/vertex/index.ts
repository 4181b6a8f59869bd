/** Google Cloud's Vertex AI: Gemini, and Anthropic's Claude in Anthropic's own format. */
import type { JsonObject } from "../../core/json.ts";
import type { DialectName } from "../../dialects/dialect.ts";
import { Failure } from "../../failures/failure.ts";
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { type Credential, GoogleTokens, readCredential, type TokenSource } from "./credentials.ts";
import { vertexFailures } from "./failures.ts";

const GLOBAL = "https://aiplatform.googleapis.com";
/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude */
const CLAUDE_VERSION = "vertex-2023-10-16";

export const vertex: HttpProvider = vertexWith(new GoogleTokens());

/**
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 */
export function vertexWith(tokens: TokenSource): HttpProvider {
  return {
    kind: "http",
    name: "vertex",
    title: "Google Vertex AI",
    docs: "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    dialects: ["gemini", "anthropic-messages"],
    dialectsOf: (model) => [dialectOf(model)],
    baseUrl: GLOBAL,
    environment: {
      key: "GOOGLE_APPLICATION_CREDENTIALS",
      otherKeys: ["GOOGLE_VERTEX_API_KEY"],
      baseUrl: "GOOGLE_VERTEX_BASE_URL",
    },
    keyless: true,
    models: ["gemini-*", "claude-*"],
    credential:
      "The JSON of a service account or of a workload identity (the text, not its path), an access token, or an express-mode API key. Without one the machine's own identity is used: the metadata server, or the file that `GOOGLE_APPLICATION_CREDENTIALS` names.",
    options: {
      project: "the project, where the credential does not tell it",
      location: "the location, where it is not `global`",
      version: "the API's version, where it is not `v1`",
    },
    failures: vertexFailures,
    recorded: ["recorded/vertex"],
    body: bodyOf,
    address: (call) => addressOf(call, tokens),
    failure: (error) => failureFromTable(vertexFailures, error, "vertex"),
  };
}

function dialectOf(model: string): DialectName {
  return modelName(model).startsWith("claude") ? "anthropic-messages" : "gemini";
}

/** Claude's model stands in the path, the version in the body. */
function bodyOf(body: JsonObject, call: { dialect: DialectName }): JsonObject {
  if (call.dialect !== "anthropic-messages") return body;
  const { model: _, ...rest } = body;
  return { anthropic_version: CLAUDE_VERSION, ...rest };
}

/** Throws `upstream.credential_rejected` where no project is known, and what {@link TokenSource} throws. */
async function addressOf(call: ProviderCall, tokens: TokenSource): Promise<ProviderAddress> {
  const { version = "v1" } = call.options;
  const credential = readCredential(call.credential);
  if (credential.kind === "api-key" && call.options.project === undefined)
    return {
      url: `${withoutSlash(call.baseUrl)}/${version}/${resourceOf(call)}`,
      headers: { "x-goog-api-key": credential.key },
    };
  const location = locationOf(call);
  const project = call.options.project ?? (await projectOf(credential, tokens));
  const path = `projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}`;
  return {
    url: `${hostOf(call, location)}/${version}/${path}/${resourceOf(call)}`,
    headers: await headersOf(credential, tokens),
  };
}

async function headersOf(
  credential: Credential,
  tokens: TokenSource,
): Promise<Record<string, string>> {
  switch (credential.kind) {
    case "api-key":
      return { "x-goog-api-key": credential.key };
    case "token":
      return { authorization: `Bearer ${credential.token}` };
    default:
      return { authorization: `Bearer ${await tokens.token(credential)}` };
  }
}

async function projectOf(credential: Credential, tokens: TokenSource): Promise<string> {
  const project =
    credential.kind === "json" || credential.kind === "default"
      ? await tokens.project(credential)
      : process.env.GOOGLE_CLOUD_PROJECT;
  if (project !== undefined && project !== "") return project;
  throw new Failure("upstream.credential_rejected", {
    provider: "vertex",
    operator: "The credential does not tell its project: set the channel's option `project`.",
  });
}

/** Google's SDKs read the same variable. */
function locationOf(call: ProviderCall): string {
  return call.options.location ?? process.env.GOOGLE_CLOUD_LOCATION ?? "global";
}

/** Two locations are groups of regions, with a name of their own. */
const groups = new Set(["us", "eu"]);

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
function hostOf(call: ProviderCall, location: string): string {
  const base = withoutSlash(call.baseUrl);
  if (base !== GLOBAL || location === "global") return base;
  return groups.has(location)
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${encodeURIComponent(location)}-aiplatform.googleapis.com`;
}

function resourceOf(call: ProviderCall): string {
  const claude = call.dialect === "anthropic-messages";
  const name = encodeURIComponent(modelName(call.model)).replaceAll("%40", "@");
  const publisher = claude ? "anthropic" : "google";
  return `publishers/${publisher}/models/${name}:${claude ? rawMethod(call) : method(call)}`;
}

function method(call: ProviderCall): string {
  return call.stream ? "streamGenerateContent?alt=sse" : "generateContent";
}

function rawMethod(call: ProviderCall): string {
  return call.stream ? "streamRawPredict" : "rawPredict";
}

/** The name alone of `publishers/google/models/x`, `google/x` and `models/x`. */
function modelName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1);
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}
