/** What an error that a provider told means: the vendor's own rows first, then those that hold for all. */
import type { Json } from "../core/json.ts";
import type { ProviderError } from "../dialects/dialect.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import { Failure } from "../failures/failure.ts";
import { generalRows, statusRows, typeRows } from "./general-failures.ts";
import { type Known, redactAccount, redactCredentials } from "./redact.ts";
import { readRetryAfter, retryInfo } from "./retry-after.ts";
import { readToldError, type ToldError } from "./told-error.ts";
import { meaningOf, saysCredential, saysNothingFound } from "./told-meaning.ts";

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
  const message = aboutRequest.has(cause) ? clientMessage(told, error.known) : undefined;
  const param =
    told.param === undefined ? undefined : cut(redactAccount(told.param, error.known), 200);
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
  const cause = causeToldBy(rows, error, told, status);
  // Whatever the status and the row: the credential is the gateway's, and its fault never the client's.
  return aboutRequest.has(cause) && saysCredential(error.body, told)
    ? "upstream.credential_rejected"
    : cause;
}

function causeToldBy(
  rows: readonly FailureRow[],
  error: ProviderError,
  told: ToldError,
  status: number | undefined,
): Cause {
  const lower = told.message?.toLowerCase();
  const find = (table: readonly FailureRow[]) =>
    table.find((row) => fits(row, told, status, lower));
  const own = find(rows.filter(saysWhat));
  // A type that says no more than that the request is refused leaves the words to say why.
  const vague = own?.cause === "upstream.request_rejected" && own.message === undefined;
  if (own !== undefined && !vague) return own.cause;
  // A page in HTML is a proxy's or a web site's: a 404 of that kind says nothing about the request.
  if (told.html === true && status === 404) return "upstream.status_unexpected";
  const said = find(generalRows)?.cause ?? meaningOf(error.body, told, status);
  // Google words a limit that refills as an exceeded quota, and says when it refills.
  if (said === "upstream.account_exhausted" && retryInfo(error.body) !== undefined)
    return "upstream.rate_limited";
  if (said !== undefined) return said;
  const byStatus = own?.cause ?? causeByStatus(rows, status, find);
  const isRefused = byStatus === "upstream.request_rejected" && (status === 400 || status === 422);
  const general = isRefused && told.param !== undefined ? "upstream.parameter_rejected" : byStatus;
  return status === 404 && general === "upstream.request_rejected" && saysNothingFound(told)
    ? "upstream.status_unexpected"
    : general;
}

function causeByStatus(
  rows: readonly FailureRow[],
  status: number | undefined,
  find: (table: readonly FailureRow[]) => FailureRow | undefined,
): Cause {
  if (status === undefined) return find(typeRows)?.cause ?? "upstream.error_unknown";
  const row = find(rows) ?? find(statusRows);
  return row?.cause ?? "upstream.status_unexpected";
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

/** Marks of a web page and of a program's trace within words. */
const markup = /<(?:!doctype|\?xml|html|head|body|center|title|h1|hr)\b/i;
const trace = /Traceback \(most recent|\n\s{0,20}(?:at |File ")|\bat \S{1,200} \(/;

/** The words for the client: none of a web page, and of a program's trace what comes before it. */
function clientMessage(told: ToldError, known: Known | undefined): string | undefined {
  if (told.html === true || told.message === undefined || markup.test(told.message))
    return undefined;
  const end = told.message.search(trace);
  const words = (end < 0 ? told.message : told.message.slice(0, end)).trim();
  return words === "" ? undefined : cut(redactAccount(words, known), MESSAGE);
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
