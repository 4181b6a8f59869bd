import type { AuditEntry } from "../core/audit.ts";
import { newId } from "../core/ids.ts";
import type { JsonObject } from "../core/json.ts";
import { type Actor, actorName, isOperator } from "./actor.ts";

/**
 * The record of one change, to be stored in the same transaction as the change. `before` and `after` are
 * the resource as the management API answers it, which holds no secrets.
 */
export function auditEntry(
  actor: Actor,
  action: string,
  resource: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): AuditEntry {
  return {
    id: newId("aud"),
    at: Date.now(),
    actor: actorName(actor),
    ...(isOperator(actor) ? {} : { account: actor.account }),
    action,
    resource,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}
