/** Reading, cancelling and removing responses; each for the account that made it alone. */
import { isObject, type Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { StoredResponse } from "../../storage/ports.ts";
import type { Gateway } from "../gateway.ts";
import type { BackgroundRun } from "./background-run.ts";

export interface Named {
  account: string;
  id: string;
}

/** The run under way, if it is this account's. */
export function runOf(gateway: Gateway, { account, id }: Named): BackgroundRun | undefined {
  const run = gateway.responses.running.get(id);
  return run?.account === account ? run : undefined;
}

/** Throws `resource.not_found`, `gateway.store_unavailable`. */
export async function storedOf(gateway: Gateway, { account, id }: Named): Promise<StoredResponse> {
  const stored = await gateway.responses.store.get(account, id);
  if (stored === undefined) throw missing(id);
  return stored;
}

export async function readResponse(gateway: Gateway, named: Named): Promise<string> {
  const run = runOf(gateway, named);
  if (run !== undefined) return JSON.stringify(run.response);
  return (await storedOf(gateway, named)).response;
}

/** A response that has ended stays as it is. Throws `resource.operation_forbidden` for one that its client waits for. */
export async function cancelResponse(gateway: Gateway, named: Named): Promise<string> {
  const run = runOf(gateway, named);
  if (run !== undefined) {
    await run.cancel();
    return JSON.stringify(run.response);
  }
  const { response } = await storedOf(gateway, named);
  const read: Json = JSON.parse(response);
  if (isObject(read) && read.background === true) return response;
  throw new Failure("resource.operation_forbidden", {
    message: "Only a response that was made with background: true can be cancelled.",
  });
}

export async function removeResponse(gateway: Gateway, named: Named): Promise<string> {
  await runOf(gateway, named)?.remove();
  const { account, id } = named;
  if (!(await gateway.responses.store.remove(account, id))) throw missing(id);
  return JSON.stringify({ id, object: "response", deleted: true });
}

function missing(id: string): Failure {
  return new Failure("resource.not_found", {
    message: `There is no response ${JSON.stringify(id.slice(0, 100))}.`,
    param: "response_id",
  });
}
