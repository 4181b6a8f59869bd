import type { JsonObject } from "./json.ts";

/** One change made through the management API. Holds no secret. */
export interface AuditEntry {
  /** `aud_…`; sorts by time. */
  id: string;
  /** Unix milliseconds. */
  at: number;
  /** Who: `operator`, or the id of a key. */
  actor: string;
  /** The account of the actor. Absent for the operator. */
  account?: string;
  /** `key.create`, `channel.update`, … */
  action: string;
  /** The id of what was changed. */
  resource: string;
  /** As the management API answers it; absent where the resource was made or removed. */
  before?: JsonObject;
  after?: JsonObject;
}
