import type { Key, Scope } from "../core/key.ts";
import { Failure } from "../failures/failure.ts";

/** Who uses the management API. Set on the request before a route of /admin/v1 runs. */
export interface Actor {
  /** `operator`: PARLEY_ADMIN_KEY, or the socket in the data directory. */
  kind: "key" | "operator";
  key?: Key;
  /** Whose things it sees and makes. */
  account: string;
  scopes: readonly Scope[];
}

export function keyActor(key: Key): Actor {
  return { kind: "key", key, account: key.account, scopes: key.scopes };
}

/** The operator. What it makes belongs to `account`. */
export function operatorActor(account: string): Actor {
  return { kind: "operator", account, scopes: ["operator"] };
}

/** Whether it sees and changes what belongs to others. */
export function isOperator(actor: Actor): boolean {
  return actor.kind === "operator" || actor.scopes.includes("operator");
}

export function hasScope(actor: Actor, scope: Scope): boolean {
  return isOperator(actor) || actor.scopes.includes(scope);
}

/** Throws `key.scope_missing`, naming the scope. */
export function requireScope(actor: Actor, scope: Scope): void {
  if (hasScope(actor, scope)) return;
  throw new Failure("key.scope_missing", {
    message: `This operation needs the scope \`${scope}\`, which the key lacks.`,
  });
}

/** The name under which the audit log has it. */
export function actorName(actor: Actor): string {
  return actor.key?.id ?? "operator";
}
