/** Amazon Bedrock, by its Converse API. */
import { isObject, type JsonObject } from "../../core/json.ts";
import type { ProviderError } from "../../dialects/dialect.ts";
import type { Failure } from "../../failures/failure.ts";
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { type Environment, readCredential } from "./credentials.ts";
import { bedrockFailures } from "./failures.ts";
import { signatureHeaders } from "./sigv4.ts";

/** The address where a channel gives none; its region is replaced by the channel's. */
const DEFAULT_REGION = "us-east-1";
const BASE = hostOf(DEFAULT_REGION);

/** https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html */
const makers = [
  "ai21",
  "amazon",
  "anthropic",
  "cohere",
  "deepseek",
  "google",
  "meta",
  "minimax",
  "mistral",
  "moonshot",
  "moonshotai",
  "nvidia",
  "openai",
  "qwen",
  "writer",
  "zai",
];

export const bedrock: HttpProvider = bedrockWith(process.env, () => new Date());

/**
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function bedrockWith(environment: Environment, now: () => Date): HttpProvider {
  return {
    kind: "http",
    name: "bedrock",
    title: "Amazon Bedrock",
    docs: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
    dialects: ["bedrock-converse"],
    baseUrl: BASE,
    environment: {
      key: "AWS_BEARER_TOKEN_BEDROCK",
      otherKeys: ["AWS_ACCESS_KEY_ID"],
      baseUrl: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    },
    models: [...makers.map((maker) => `${maker}.*`), ...makers.map((maker) => `*.${maker}.*`)],
    credential:
      "A Bedrock API key, or `ACCESS_KEY_ID:SECRET[:SESSION_TOKEN]`, with which calls are signed. Where it is the `AWS_ACCESS_KEY_ID` of the environment, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` are read there too.",
    options: {
      region:
        "the region; without it that of the base URL, `AWS_REGION`, `AWS_DEFAULT_REGION`, or `us-east-1`",
    },
    failures: bedrockFailures,
    recorded: ["recorded/bedrock", "streams/amazon-bedrock"],
    address: (call) => addressOf(call, environment, now),
    failure: failureOf,
  };
}

/** https://docs.aws.amazon.com/general/latest/gr/bedrock.html */
function hostOf(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com`;
}

/** Throws `upstream.credential_rejected` for a credential that is none. */
async function addressOf(
  call: ProviderCall,
  environment: Environment,
  now: () => Date,
): Promise<ProviderAddress> {
  const region = regionOf(call, environment);
  const given = withoutSlash(call.baseUrl);
  const base = given === BASE ? hostOf(region) : given;
  const method = call.stream ? "converse-stream" : "converse";
  const url = `${base}/model/${encodeURIComponent(call.model)}/${method}`;
  const headers: Record<string, string> = {
    accept: call.stream ? "application/vnd.amazon.eventstream" : "application/json",
  };
  const credential = readCredential(call.credential, environment);
  if (credential.kind === "api-key") {
    return { url, headers: { ...headers, authorization: `Bearer ${credential.key}` } };
  }
  const signature = await signatureHeaders({
    method: "POST",
    url: new URL(url),
    body: call.body,
    region,
    service: "bedrock",
    key: credential.key,
    at: now(),
  });
  return { url, headers: { ...headers, ...signature } };
}

const regionInHost = /^https:\/\/bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws|api)\./;

function regionOf(call: ProviderCall, environment: Environment): string {
  if (call.options.region !== undefined) return call.options.region;
  const base = withoutSlash(call.baseUrl);
  const named = base === BASE ? undefined : regionInHost.exec(base)?.[1];
  return named ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? DEFAULT_REGION;
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}

function failureOf(error: ProviderError): Failure {
  return failureFromTable(bedrockFailures, named(error), "bedrock");
}

/**
 * The error with its exception's name in the body: it may stand in a header (`Name:http://…`), in the body
 * with its namespace (`com.amazon#Name`), or be the type of a stream's frame (`name`).
 */
function named(error: ProviderError): ProviderError {
  const { body } = error;
  const header = error.headers?.["x-amzn-errortype"];
  const inHeader = Array.isArray(header) ? header[0] : header;
  const inBody = isObject(body) ? (body.__type ?? body.code) : undefined;
  const said = inHeader ?? (typeof inBody === "string" ? inBody : undefined);
  if (said === undefined || said === "") return error;
  const bare = said.slice(said.lastIndexOf("#") + 1).split(":", 1)[0] ?? said;
  const type = bare.charAt(0).toUpperCase() + bare.slice(1);
  const told: JsonObject = isObject(body) ? { ...body } : { message: body };
  return { ...error, body: { ...told, __type: type } };
}
