/** What is common to the tables: proxies' pages, vendors' errors, and the causes that they mean. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import type { VendorError, Wire } from "../wires/wire.ts";
import { type Expectation, told } from "./fault.ts";
import { secrets } from "./secrets.ts";

export const failed: Cause[] = [
  "upstream.server_error",
  "upstream.status_unexpected",
  "upstream.error_unknown",
  "upstream.not_json",
];
export const credential: Cause[] = ["upstream.credential_rejected", "upstream.account_exhausted"];
export const account: Cause[] = ["upstream.account_exhausted", "upstream.credential_rejected"];
export const refused: Cause[] = ["upstream.request_rejected"];

/** The page of a proxy, its inside shown as such pages do. */
export function html(title: string): string {
  return `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<center><h1>${title}</h1></center>\n<hr><center>nginx/1.25.3 at ${secrets.host} (${secrets.address})</center>\n</body>\n</html>\n`;
}

const vendorErrors: Record<VendorError, Cause[]> = {
  server_error: ["upstream.server_error", "upstream.error_unknown"],
  overloaded: ["upstream.overloaded"],
  rate_limited: ["upstream.rate_limited"],
  account_exhausted: account,
  credential_rejected: credential,
  context_too_long: ["upstream.context_too_long"],
  content_filtered: ["upstream.content_filtered"],
  model_unknown: ["upstream.model_unknown"],
  parameter_rejected: ["upstream.parameter_rejected"],
  request_rejected: refused,
};

/** What a client is to be told of a vendor's error that came before any content. */
export function toldOf(kind: VendorError, wire: Wire): Expectation {
  const expectation = told(...vendorErrors[kind]);
  const { rejectedParameter: param } = wire;
  return kind === "parameter_rejected" && expectation.kind === "told" && param !== undefined
    ? { ...expectation, param }
    : expectation;
}

export function causesOf(kind: VendorError): readonly Cause[] {
  return vendorErrors[kind];
}

/** Provider's phrases about the gateway's own account. */
export const accountPhrases = [
  "plan and billing details",
  "Insufficient Balance",
  "credit balance",
  "Billing hard limit",
  "requires more credits",
  "quota is not enough",
  "Incorrect API key provided",
  "API key not valid",
];
