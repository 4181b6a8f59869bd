import type { Cause } from "../catalogue/index.ts";
import type { Failure } from "../failure.ts";
import { type CodeRow, type Contract, docUrl, type RenderContext } from "./contract.ts";
import { native, nativeStatus } from "./native.ts";

/** Google's canonical codes and their HTTP statuses. Source: google.rpc.Code, google/rpc/code.proto */
const codes = {
  INVALID_ARGUMENT: { status: 400, meaning: "The request is at fault" },
  FAILED_PRECONDITION: { status: 400, meaning: "The state does not allow the request" },
  UNAUTHENTICATED: { status: 401, meaning: "The API key is at fault" },
  PERMISSION_DENIED: { status: 403, meaning: "The API key may not do this" },
  NOT_FOUND: { status: 404, meaning: "The resource or model does not exist" },
  ABORTED: { status: 409, meaning: "The request conflicts with another" },
  ALREADY_EXISTS: { status: 409, meaning: "The resource exists already" },
  RESOURCE_EXHAUSTED: { status: 429, meaning: "A rate limit, quota or budget is used up" },
  CANCELLED: { status: 499, meaning: "The client cancelled the request" },
  INTERNAL: { status: 500, meaning: "An unexpected error" },
  UNIMPLEMENTED: { status: 501, meaning: "The operation is not supported" },
  UNAVAILABLE: { status: 503, meaning: "The service or the provider is unavailable" },
  DEADLINE_EXCEEDED: { status: 504, meaning: "The deadline passed" },
} as const satisfies Record<string, CodeRow>;

type GoogleCode = keyof typeof codes;

/** Statuses that Google's table does not hold, by the nearest canonical code. */
const byStatus: Readonly<Record<number, GoogleCode>> = {
  0: "CANCELLED",
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  405: "UNIMPLEMENTED",
  409: "ABORTED",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const exceptions: Partial<Record<Cause, GoogleCode>> = {
  "resource.duplicate": "ALREADY_EXISTS",
  "resource.state_wrong": "FAILED_PRECONDITION",
};

function codeOf(cause: Cause): GoogleCode {
  return exceptions[cause] ?? byStatus[nativeStatus(cause)] ?? "INTERNAL";
}

function bodyOf(failure: Failure, context: RenderContext) {
  const status = nativeStatus(failure.cause);
  const details: Record<string, unknown>[] = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: native.code(failure.cause).toUpperCase(),
      domain: "parley",
      metadata: {
        cause: failure.cause,
        request_id: context.requestId,
        suggestion: failure.suggestion,
        ...(failure.provider === undefined ? {} : { provider: failure.provider }),
      },
    },
    {
      "@type": "type.googleapis.com/google.rpc.Help",
      links: [{ description: "Documentation", url: docUrl(failure, context) }],
    },
  ];
  if (failure.param !== undefined) {
    details.push({
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field: failure.param, description: failure.message }],
    });
  }
  if (failure.retryAfter !== undefined) {
    details.push({
      "@type": "type.googleapis.com/google.rpc.RetryInfo",
      retryDelay: `${failure.retryAfter}s`,
    });
  }
  return {
    error: { code: status, message: failure.message, status: codeOf(failure.cause), details },
  };
}

/** For Google's clients: `{"error": {code, message, status, details}}`. */
export const gemini: Contract = {
  name: "gemini",
  codes,
  code: codeOf,
  render: (failure, context) => ({
    status: nativeStatus(failure.cause),
    body: bodyOf(failure, context),
  }),
  renderInStream: bodyOf,
};
