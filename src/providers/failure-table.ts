/** What an error that a provider told means: the vendor's own rows first, then those that hold for all. */
import type { Json } from "../core/json.ts";
import type { ProviderError } from "../dialects/dialect.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import { Failure } from "../failures/failure.ts";
import { generalRows, statusRows, typeRows } from "./general-failures.ts";
import { redactAccount, redactCredentials } from "./redact.ts";
import { readRetryAfter, retryInfo } from "./retry-after.ts";
import { readToldError, type ToldError } from "./told-error.ts";

/**
 * One row of a vendor's table. Every field that is given must fit. The first row that fits counts; rows
 * for a status alone come after all that look at what was said, the general ones included.
 */
export interface FailureRow {
  /** The HTTP status, or the first and last of a range. */
  status?: number | readonly [number, number];
  type?: string;
  code?: string | number;
  /** Text that the message holds, in any case of letters; of a list, every one. */
  message?: string | readonly string[];
  cause: Cause;
  /** The vendor's page that documents it. */
  source: string;
}

/** Longest message for a client, in UTF-16 units. */
const MESSAGE = 1000;
/** Longest note for the operator. */
const OPERATOR = 4000;

/** Causes whose message speaks about the client's own request, so that the provider's words help the client. */
const aboutRequest: ReadonlySet<Cause> = new Set<Cause>([
  "upstream.request_rejected",
  "upstream.parameter_rejected",
  "upstream.context_too_long",
  "upstream.content_filtered",
  "upstream.model_unknown",
]);

/**
 * The failure that a provider's error is. Its message is the provider's, redacted, where it speaks of the
 * client's request, else the catalogue's; the provider's own words are in `operator`. Never throws.
 */
export function failureFromTable(
  rows: readonly FailureRow[],
  error: ProviderError,
  provider: string,
): Failure {
  const told = readToldError(error.body);
  const status = statusOf(error, told);
  const cause = causeOf(rows, error, told, status);
  const message = aboutRequest.has(cause) ? clientMessage(told) : undefined;
  const param = told.param === undefined ? undefined : cut(redactAccount(told.param), 200);
  const retryAfter = readRetryAfter(error, told.message);
  return new Failure(cause, {
    provider,
    operator: operatorNote(error),
    ...(message === undefined ? {} : { message }),
    ...(param === undefined ? {} : { param }),
    ...(error.status === undefined ? {} : { providerStatus: error.status }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** The status that counts: the HTTP one, or, for an error in a 200 or a stream, a status that it uses as its code. */
function statusOf(error: ProviderError, told: ToldError): number | undefined {
  if (error.status !== undefined && (error.status < 200 || error.status > 299)) return error.status;
  const code = Number(told.code);
  return Number.isInteger(code) && code >= 400 && code <= 599 ? code : undefined;
}

function causeOf(
  rows: readonly FailureRow[],
  error: ProviderError,
  told: ToldError,
  status: number | undefined,
): Cause {
  const lower = told.message?.toLowerCase();
  const find = (table: readonly FailureRow[]) =>
    table.find((row) => fits(row, told, status, lower))?.cause;
  const own = find(rows.filter(saysWhat));
  if (own !== undefined) return own;
  // A page in HTML is a proxy's or a web site's: a 404 of that kind says nothing about the request.
  if (told.html === true && status === 404) return "upstream.status_unexpected";
  const general = find(generalRows);
  // Google words a limit that refills as an exceeded quota, and says when it refills.
  if (general === "upstream.account_exhausted" && retryInfo(error.body) !== undefined)
    return "upstream.rate_limited";
  if (general !== undefined) return general;
  if (status !== undefined) {
    const byStatus = find(rows) ?? find(statusRows) ?? "upstream.status_unexpected";
    const refused = byStatus === "upstream.request_rejected" && (status === 400 || status === 422);
    return refused && told.param !== undefined ? "upstream.parameter_rejected" : byStatus;
  }
  return find(typeRows) ?? "upstream.error_unknown";
}

/** Whether a row looks at what was said; a row for a status alone counts after every row that does. */
function saysWhat(row: FailureRow): boolean {
  return row.type !== undefined || row.code !== undefined || row.message !== undefined;
}

function fits(
  row: FailureRow,
  told: ToldError,
  status: number | undefined,
  lower: string | undefined,
): boolean {
  if (row.status !== undefined) {
    if (status === undefined) return false;
    const [first, last] = typeof row.status === "number" ? [row.status, row.status] : row.status;
    if (status < first || status > last) return false;
  }
  if (row.type !== undefined && row.type !== told.type) return false;
  if (row.code !== undefined && String(row.code) !== String(told.code)) return false;
  if (row.message === undefined) return true;
  if (lower === undefined) return false;
  const parts = typeof row.message === "string" ? [row.message] : row.message;
  return parts.every((part) => lower.includes(part.toLowerCase()));
}

function clientMessage(told: ToldError): string | undefined {
  if (told.html === true || told.message === undefined) return undefined;
  return cut(redactAccount(told.message), MESSAGE);
}

/** The provider's status and words, whole as far as they go, without credentials. */
function operatorNote(error: ProviderError): string {
  const words =
    typeof error.body === "string"
      ? redactCredentials(error.body)
      : JSON.stringify(error.body, (_key, value: Json) =>
          typeof value === "string" ? redactCredentials(value) : value,
        );
  const status = error.status === undefined ? "" : `${error.status} `;
  return cut(`${status}${words}`, OPERATOR);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
