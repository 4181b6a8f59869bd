/**
 * Codes that Parley adds where a contract has no row for what happened: those that CAUSES.md marks with a
 * star, and the few that no row of it can say without a lie.
 */
import type { ContractName } from "./rows.ts";

/** Code → status, as CAUSES.md has them. */
export const starred: Readonly<Record<ContractName, Readonly<Record<string, number>>>> = {
  native: {},
  concurred: {
    QUOTA_EXCEEDED: 429,
    NOT_FOUND: 404,
    METHOD_NOT_ALLOWED: 405,
    PAYLOAD_TOO_LARGE: 413,
    SERVICE_UNAVAILABLE: 503,
  },
  newapi: {
    rate_limit_exceeded: 429,
    not_found: 404,
    method_not_allowed: 405,
    service_unavailable: 503,
  },
};

/** A guardrail's refusal and an unpriced model in `native`; a defect of the gateway in `newapi`. */
export const further: Readonly<Record<ContractName, Readonly<Record<string, number>>>> = {
  native: { guardrail_blocked: 400, model_price_error: 400 },
  concurred: {},
  newapi: { internal_error: 500 },
};

/** The starred codes of CAUSES.md's table, read from its text. */
export function starredIn(text: string): Record<ContractName, Record<string, number>> {
  const found: Record<ContractName, Record<string, number>> = {
    native: {},
    concurred: {},
    newapi: {},
  };
  for (const line of text.split("\n")) {
    const [, , native = "", concurred = "", newapi = ""] = line.split("|");
    for (const [contract, cell] of Object.entries({ native, concurred, newapi })) {
      for (const [, code = "", status] of cell.matchAll(/`([\w:]+)` (\d{3}) \*/g)) {
        if (contract === "native" || contract === "concurred" || contract === "newapi")
          found[contract][code] = Number(status);
      }
    }
  }
  return found;
}
