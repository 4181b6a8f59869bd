/** Puts what a response goes on from into its request, so that every provider can go on from it. */
import { newId } from "../../core/ids.ts";
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { Exchange } from "../exchange.ts";
import { parseOperation } from "../operate.ts";
import { conversationOf, itemsOf, referenceOf, withReferences } from "./items.ts";
import { type Recorded, ResponseRecorder } from "./recorder.ts";

/**
 * Reads the stored responses that the request names, and begins the record of its own. An id of Parley's goes
 * to no provider.
 * Throws `request.field_missing`, `request.field_value`, `request.body_too_large`, `resource.not_found`, `resource.state_wrong`,
 * `gateway.store_unavailable`.
 */
export async function recall(exchange: Exchange): Promise<void> {
  const asked = exchange.body;
  refuseContradictions(asked);
  refuseNothing(asked);
  const { previous_response_id: previous, background: _, ...body } = asked;
  let input = textOfInput(exchange);
  if (Array.isArray(body.input) && body.input.some((item) => referenceOf(item) !== undefined)) {
    const account = exchange.key?.account ?? "";
    body.input = await withReferences(body.input, exchange.gateway.responses.store, account);
    input = JSON.stringify(body.input);
  }
  const id = newId("resp");
  const recorded: Recorded = { id, input };
  if (typeof previous === "string") {
    const earlier = await conversation(exchange, previous);
    body.input = [...earlier, ...itemsOf(body.input)];
    recorded.previous = previous;
  }
  exchange.body = body;
  const { operation } = exchange.surface;
  // What is not a response is not kept; its request has been read already, without what is put in here.
  if (operation !== undefined) parseOperation(exchange, operation);
  else exchange.recorder = new ResponseRecorder(exchange, asked, recorded);
}

function refuseContradictions(asked: JsonObject): void {
  if (asked.background === true && asked.store === false) {
    throw new Failure("request.field_value", {
      message: "A response that is made in the background is stored: store may not be false.",
      param: "background",
    });
  }
  if (typeof asked.previous_response_id === "string" && isSaid(asked.conversation)) {
    throw new Failure("request.field_value", {
      message: "previous_response_id and conversation exclude each other.",
      param: "previous_response_id",
    });
  }
}

/** https://developers.openai.com/api/reference/resources/responses/methods/create */
function refuseNothing({ input, previous_response_id, prompt, conversation }: JsonObject): void {
  const empty = !isSaid(input) || (Array.isArray(input) && input.length === 0);
  if (!empty || [previous_response_id, prompt, conversation].some(isSaid)) return;
  throw new Failure("request.field_missing", {
    message: "One of input, previous_response_id, prompt and conversation is required.",
    param: "input",
  });
}

function isSaid(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

/** `input` as the client wrote it; of a field that comes twice, the last. */
function textOfInput({ bytes, fields }: Exchange): string {
  const field = fields.findLast(({ name }) => name === "input");
  return field === undefined ? "null" : bytes.toString("utf8", field.valueStart, field.valueEnd);
}

async function conversation(exchange: Exchange, id: string): Promise<Json[]> {
  const { gateway, key } = exchange;
  const param = "previous_response_id";
  const stored = await gateway.responses.store.history(key?.account ?? "", id);
  const last = stored.at(-1);
  if (last === undefined) {
    throw new Failure("resource.not_found", {
      message: `There is no response ${JSON.stringify(id.slice(0, 100))}.`,
      param,
    });
  }
  if (stored[0]?.previous !== undefined) {
    throw new Failure("resource.not_found", {
      message: `The response goes on from ${stored[0].previous}, which is no longer stored.`,
      param,
    });
  }
  if (last.status === "queued" || last.status === "in_progress") {
    throw new Failure("resource.state_wrong", {
      message: "The response to go on from is still being made.",
      param,
    });
  }
  const { bodyBytes } = gateway.settings.limits;
  const size = stored.reduce((sum, one) => sum + one.input.length + one.response.length, 0);
  if (size > bodyBytes) {
    throw new Failure("request.body_too_large", {
      message: `The conversation so far is larger than ${bodyBytes} bytes.`,
      param,
    });
  }
  if (stored.some(({ response }) => isOfVendorConversation(response))) {
    throw new Failure("request.field_value", {
      message:
        "The response belongs to a conversation that its vendor keeps: go on with conversation.",
      param,
    });
  }
  return stored.flatMap(conversationOf);
}

function isOfVendorConversation(text: string): boolean {
  if (!text.includes('"conversation":{')) return false;
  const response: Json = JSON.parse(text);
  return isObject(response) && isObject(response.conversation);
}
