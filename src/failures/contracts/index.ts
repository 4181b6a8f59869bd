import type { Failure } from "../failure.ts";
import { anthropic } from "./anthropic.ts";
import { concurred } from "./concurred.ts";
import type { Contract, ContractName, RenderContext } from "./contract.ts";
import { gemini } from "./gemini.ts";
import { native } from "./native.ts";
import { newapi } from "./newapi.ts";

export const contracts: Readonly<Record<ContractName, Contract>> = {
  native,
  concurred,
  newapi,
  anthropic,
  gemini,
};

export interface FailureResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A failure as the HTTP response that a client of this contract expects. Every failure leaves Parley through here or in a stream. */
export function renderFailure(
  contract: Contract,
  failure: Failure,
  context: RenderContext,
): FailureResponse {
  const { status, body } = contract.render(failure, context);
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...failureHeaders(failure, context),
    ...failure.headers,
  };
  if (contract.name === "anthropic") headers["request-id"] = context.requestId;
  return { status, headers, body: JSON.stringify(body) };
}

/** The headers that every failure carries, whatever its contract. `x-should-retry` is obeyed by the SDKs of OpenAI and Anthropic. */
export function failureHeaders(failure: Failure, context: RenderContext): Record<string, string> {
  return {
    "x-request-id": context.requestId,
    "x-parley-error": failure.cause,
    "x-parley-origin": failure.origin,
    "x-should-retry": String(failure.retryable),
    ...(failure.retryAfter === undefined ? {} : { "retry-after": String(failure.retryAfter) }),
    ...(failure.simulated ? { "x-parley-simulated": "true" } : {}),
  };
}
