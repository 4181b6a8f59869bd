/** OpenAI's models on Azure, by their deployments; and Foundry's others behind the same address. */
import { isObject } from "../../core/json.ts";
import type { ProviderError } from "../../dialects/dialect.ts";
import { Failure } from "../../failures/failure.ts";
import { failureFromTable } from "../failure-table.ts";
import { responsesOnly } from "../openai/responses-only.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { readCredential } from "./credentials.ts";
import { EntraTokens } from "./entra.ts";
import { azureFailures } from "./failures.ts";

export const azure: HttpProvider = azureWith(new EntraTokens(), process.env);

/**
 * The base URL is the resource's (`https://{resource}.openai.azure.com`, `….services.ai.azure.com`), with or
 * without `/openai/v1`; the model is the deployment's name.
 * https://learn.microsoft.com/en-us/azure/ai-foundry/openai/api-version-lifecycle
 */
export function azureWith(
  tokens: Pick<EntraTokens, "token">,
  environment: Readonly<Record<string, string | undefined>>,
): HttpProvider {
  return {
    kind: "http",
    name: "azure",
    title: "Azure OpenAI",
    docs: "https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference",
    dialects: ["openai-chat", "openai-responses"],
    responsesOnly,
    operations: { embeddings: "openai" },
    baseUrlForm: "https://{resource}.openai.azure.com",
    environment: {
      key: "AZURE_OPENAI_API_KEY",
      otherKeys: ["AZURE_OPENAI_AD_TOKEN"],
      baseUrl: "AZURE_OPENAI_ENDPOINT",
    },
    credential:
      "An API key; an Entra token; or a JSON of `tenant_id`, `client_id` and `client_secret`, for which Parley gets tokens from Entra. The base URL is the resource's (`https://{resource}.openai.azure.com` or `https://{resource}.services.ai.azure.com`), with or without `/openai/v1`, and the model is the deployment's name.",
    options: {
      api_version:
        "the dated version (else `OPENAI_API_VERSION`) of the address by deployments; without either, the address that is versioned by its path",
      tenant_id: "the application's tenant, where the credential is a client's secret alone",
      client_id: "the application, where the credential is a client's secret alone",
      authority: "where Entra is, where it is not `https://login.microsoftonline.com`",
      scope: "what tokens are for, where it is not `https://cognitiveservices.azure.com/.default`",
      token_url: "where tokens come from, where the authority does not tell it",
    },
    failures: azureFailures,
    recorded: ["recorded/azure", "streams/azure"],
    address: (call) => addressOf(call, tokens, environment),
    failure: failureOf,
  };
}

/** Throws `upstream.credential_rejected`, and what a token's making throws. */
async function addressOf(
  call: ProviderCall,
  tokens: Pick<EntraTokens, "token">,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ProviderAddress> {
  const url = urlOf(call, environment.OPENAI_API_VERSION || undefined);
  const credential = readCredential(call.credential, call.options);
  if (credential.kind === "api-key") return { url, headers: { "api-key": credential.key } };
  const token =
    credential.kind === "token" ? credential.token : await tokens.token(credential.application);
  return { url, headers: { authorization: `Bearer ${token}` } };
}

function urlOf(call: ProviderCall, versionElsewhere: string | undefined): string {
  const base = withoutSlash(call.baseUrl);
  const { api_version: version } = call.options;
  const isResponses = call.operation === undefined && call.dialect === "openai-responses";
  const operation = call.operation ?? (isResponses ? "responses" : "chat/completions");
  // Versioned by the path; a version besides is for previews.
  if (base.endsWith("/v1") || base.endsWith("/models")) return at(`${base}/${operation}`, version);
  const resource = base.endsWith("/openai") ? base.slice(0, -"/openai".length) : base;
  const dated = version ?? versionElsewhere;
  if (dated === undefined) return `${resource}/openai/v1/${operation}`;
  const deployment = isResponses ? "" : `deployments/${encodeURIComponent(call.model)}/`;
  return at(`${resource}/openai/${deployment}${operation}`, dated);
}

function at(url: string, version: string | undefined): string {
  return version === undefined ? url : `${url}?api-version=${encodeURIComponent(version)}`;
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}

/** What is said of a deployment is said of the gateway's own, and stays with the operator. */
function failureOf(error: ProviderError): Failure {
  const failure = failureFromTable(azureFailures, withInnerCode(error), "azure");
  return failure.cause === "upstream.model_unknown"
    ? failure.with({ message: new Failure("upstream.model_unknown").message })
    : failure;
}

/** The filter's verdict may be the inner error's alone. */
function withInnerCode(error: ProviderError): ProviderError {
  const told = isObject(error.body) ? error.body.error : undefined;
  if (!isObject(error.body) || !isObject(told)) return error;
  const inner = told.innererror ?? told.inner_error;
  if (!isObject(inner) || inner.code !== "ResponsibleAIPolicyViolation") return error;
  return { ...error, body: { ...error.body, error: { ...told, code: inner.code } } };
}
