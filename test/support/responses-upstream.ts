/** What a vendor of the Responses API answers, for {@link ScriptedUpstream}. */
import type { JsonObject } from "../../src/core/json.ts";
import { beginStream, type Script, sendJson } from "./upstream.ts";

const usage: JsonObject = {
  input_tokens: 5,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 2,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 7,
};

function responseOf(model: unknown, output: JsonObject[], status: string): JsonObject {
  return {
    id: "resp_vendor_1",
    object: "response",
    created_at: 1_700_000_000,
    status,
    model: typeof model === "string" ? model : "",
    output,
    usage: status === "completed" ? usage : null,
    previous_response_id: null,
    store: true,
  };
}

export function message(text: string, id = "msg_vendor_1"): JsonObject {
  return {
    id,
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
  };
}

/** A message, streamed in words where a stream is asked for. */
export function respondsWith(text: string): Script {
  return ({ body, response }) => {
    if (body.stream !== true) {
      sendJson(response, 200, responseOf(body.model, [message(text)], "completed"));
      return;
    }
    let sequence = 0;
    const tell = (type: string, fields: JsonObject) => {
      const data = { type, sequence_number: sequence++, ...fields };
      response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    beginStream(response);
    tell("response.created", { response: responseOf(body.model, [], "in_progress") });
    const item = { ...message(text), status: "in_progress", content: [] };
    tell("response.output_item.added", { output_index: 0, item });
    const place = { item_id: "msg_vendor_1", output_index: 0, content_index: 0 };
    const part = { type: "output_text", annotations: [], logprobs: [] };
    tell("response.content_part.added", { ...place, part: { ...part, text: "" } });
    for (const delta of text.split(/(?= )/)) {
      tell("response.output_text.delta", { ...place, delta, logprobs: [] });
    }
    tell("response.output_text.done", { ...place, text, logprobs: [] });
    tell("response.content_part.done", { ...place, part: { ...part, text } });
    tell("response.output_item.done", { output_index: 0, item: message(text) });
    const ended = responseOf(body.model, [message(text)], "completed");
    tell("response.completed", { response: ended });
    response.end();
  };
}
