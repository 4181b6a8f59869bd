/** GET /v1/responses/{id}/input_items: what the model was given, the conversation before it included. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { StoredResponse } from "../../storage/ports.ts";
import type { Gateway } from "../gateway.ts";
import { itemsOf, outputOf } from "./items.ts";
import type { ResponseCall } from "./routes.ts";
import { storedOf } from "./stored.ts";

/** Throws `request.field_value`, `resource.not_found`, `gateway.store_unavailable`. */
export async function listItems(gateway: Gateway, call: ResponseCall): Promise<string> {
  const { limit, order, after } = pageOf(call.query);
  await storedOf(gateway, call);
  const items = given(await gateway.responses.store.history(call.account, call.id));
  if (order === "desc") items.reverse();
  const from = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== null && from === 0) {
    throw new Failure("request.field_value", {
      message: "after must be the id of one of the items.",
      param: "after",
    });
  }
  const data = items.slice(from, from + limit);
  return JSON.stringify({
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < items.length,
  });
}

function pageOf(query: URLSearchParams) {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new Failure("request.field_value", {
      message: "limit must be an integer from 1 to 100.",
      param: "limit",
    });
  }
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") {
    throw new Failure("request.field_value", {
      message: "order must be asc or desc.",
      param: "order",
    });
  }
  return { limit, order, after: query.get("after") };
}

/** The input of the last response: that of each one before it and what it said, and its own. */
function given(history: readonly StoredResponse[]): JsonObject[] {
  const last = history.at(-1);
  return history.flatMap((stored) => {
    const input: Json = JSON.parse(stored.input);
    const items = itemsOf(input).map((item, place) => listed(item, stored.id, place));
    if (stored === last) return items;
    const response: Json = JSON.parse(stored.response);
    return [...items, ...(isObject(response) ? outputOf(response).filter(isObject) : [])];
  });
}

const prefixes: Readonly<Record<string, string>> = {
  message: "msg",
  function_call: "fc",
  function_call_output: "fco",
  custom_tool_call: "ctc",
  custom_tool_call_output: "ctco",
  reasoning: "rs",
};

/** An item as the API tells it: with an id, and a message with its parts. */
function listed(item: Json, response: string, place: number): JsonObject {
  const told: JsonObject = isObject(item) ? item : {};
  const type = typeof told.type === "string" ? told.type : "message";
  const id = `${prefixes[type] ?? "item"}_prl_${response.slice("resp_".length)}_in${place}`;
  if (type !== "message") return { id, ...told };
  const { content } = told;
  if (typeof content !== "string") return { id, type, status: "completed", ...told };
  const part: JsonObject =
    told.role === "assistant"
      ? { type: "output_text", text: content, annotations: [] }
      : { type: "input_text", text: content };
  return { id, type, status: "completed", ...told, content: [part] };
}
