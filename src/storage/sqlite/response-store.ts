/** Kept responses over SQLite. */
import { Failure } from "../../failures/failure.ts";
import type { ResponseStore, StoredResponse } from "../ports.ts";
import type { WriterClient } from "./client.ts";
import type { Operation } from "./messages.ts";

/** The longest conversation that is followed back, in responses. */
const MAX_DEPTH = 10_000;
const COLUMNS = 8;

export function responseStore(client: WriterClient): ResponseStore {
  const read = (operation: Operation) => asking(client, operation, "gateway.store_unavailable");
  const write = (operation: Operation) => asking(client, operation, "gateway.store_write_failed");
  const history = async (account: string, id: string, depth: number) => {
    const texts = await read({ do: "response-history", account, id, depth });
    const rows: StoredResponse[] = [];
    for (let at = 0; at < texts.length; at += COLUMNS)
      rows.push(row(texts.slice(at, at + COLUMNS)));
    return rows;
  };
  return {
    async put(response) {
      await write({ do: "put-response", response });
    },
    get: async (account, id) => (await history(account, id, 0))[0],
    history: (account, id) => history(account, id, MAX_DEPTH),
    async items(account, ids) {
      const texts = await read({ do: "response-items", account, ids });
      const found = new Map<string, string>();
      for (let at = 0; at < texts.length; at += 2) found.set(texts[at] ?? "", texts[at + 1] ?? "");
      return found;
    },
    remove: async (account, id) => (await write({ do: "remove-response", account, id })).length > 0,
  };
}

function row(columns: readonly string[]): StoredResponse {
  const [id = "", account = "", at = "", status = "", previous, response = "", input = "", events] =
    columns;
  const stored: StoredResponse = {
    id,
    account,
    at: Number(at),
    status,
    response,
    input,
    outputIds: [],
  };
  if (previous) stored.previous = previous;
  if (events) stored.events = events;
  return stored;
}

async function asking(
  client: WriterClient,
  operation: Operation,
  cause: "gateway.store_unavailable" | "gateway.store_write_failed",
): Promise<string[]> {
  try {
    return await client.ask(operation);
  } catch (thrown) {
    const operator = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Failure(cause, { operator });
  }
}
