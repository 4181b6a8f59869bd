/** The items of a request's `input` and a response's `output`, as what comes after them holds them. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ResponseStore, StoredResponse } from "../../storage/ports.ts";

/** `input` as items: a text alone is the user's message. */
export function itemsOf(input: Json | undefined): Json[] {
  if (Array.isArray(input)) return input;
  if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
  return [];
}

export function outputOf(response: JsonObject): Json[] {
  return Array.isArray(response.output) ? response.output : [];
}

/** Ids of the items, an empty one where an item has none. */
export function idsOf(items: readonly Json[]): string[] {
  return items.map((item) => (isObject(item) && typeof item.id === "string" ? item.id : ""));
}

/** What a response was asked and what it said, for the request that goes on from it. */
export function conversationOf(stored: StoredResponse): Json[] {
  const input: Json = JSON.parse(stored.input);
  const response: Json = JSON.parse(stored.response);
  return [...itemsOf(input), ...(isObject(response) ? outputOf(response) : [])];
}

/**
 * The items with those that they refer to by id in their place (`item_reference`).
 * Throws `resource.not_found` with the reference's path where the account has no such item.
 */
export async function withReferences(
  items: readonly Json[],
  store: ResponseStore,
  account: string,
): Promise<Json[]> {
  const found = await store.items(
    account,
    items.flatMap((item) => referenceOf(item) ?? []),
  );
  return items.map((item, index) => {
    const id = referenceOf(item);
    if (id === undefined) return item;
    const text = found.get(id);
    if (text === undefined) {
      throw new Failure("resource.not_found", {
        message: `There is no item ${JSON.stringify(id.slice(0, 100))}.`,
        param: `input[${index}].id`,
      });
    }
    const read: Json = JSON.parse(text);
    return read;
  });
}

export function referenceOf(item: Json): string | undefined {
  if (!isObject(item) || item.type !== "item_reference") return undefined;
  return typeof item.id === "string" ? item.id : undefined;
}
