/** What only Responses can get wrong, or may oddly do right. */

import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json } from "../reply.ts";
import { endOf, failedResponse, responsesEvent } from "../wires/openai-responses.ts";
import { eventOf, say, says, stream, type Wire } from "../wires/wire.ts";
import { broken, type Fault, given, streamed, told, whole } from "./fault.ts";
import { nothing, script } from "./script.ts";
import { secrets } from "./secrets.ts";
import { failed, refused } from "./vendor-errors.ts";

/** https://developers.openai.com/api/reference/resources/responses: `ResponseError`. */
const failures: [code: string, message: string, causes: Cause[]][] = [
  ["server_error", `The server had an error on ${secrets.host}.`, failed],
  [
    "rate_limit_exceeded",
    `Rate limit reached in organization ${secrets.organisation}.`,
    ["upstream.rate_limited"],
  ],
  [
    "context_length_exceeded",
    "Your input exceeds the context window of this model.",
    ["upstream.context_too_long"],
  ],
  [
    "invalid_prompt",
    "Your prompt was flagged as potentially violating our usage policy.",
    ["upstream.content_filtered"],
  ],
  ["vector_store_timeout", "The vector store timed out.", ["upstream.gateway_timeout"]],
  ["invalid_image_format", "The image is not of a supported format.", refused],
];

export function responsesFaults(wire: Wire): Fault[] {
  const { parts, said, text, toolParts, saidTool } = script(wire);
  const head = { id: "resp_truth", object: "response", model: "truth-1", created_at: 1 };
  const empty = told("upstream.empty", "upstream.shape_unknown");
  const item = {
    id: "msg_truth",
    type: "message",
    role: "assistant",
    content: [{ type: "output_text", text, annotations: [] }],
  };
  const failedEvent = responsesEvent("response.failed", {
    response: failedResponse("server_error", "The model failed."),
  });
  return [
    ...failures.flatMap(([code, message, causes]) => {
      const response = failedResponse(code, message);
      const event = responsesEvent("response.failed", { response });
      const name = code.replaceAll("_", "-");
      return [
        {
          ...whole(
            `failed-${name}`,
            `status failed: ${code}`,
            json(200, response),
            told(...causes),
          ),
          streamed: { reply: stream(wire, [says.opening, event]), expect: told(...causes) },
        },
        streamed(
          `failed-${name}-middle`,
          `response.failed after text: ${code}`,
          stream(wire, [...parts, event]),
          broken(said, ...causes),
        ),
      ];
    }),
    streamed(
      "failed-in-call",
      "response.failed inside a call's arguments",
      stream(wire, [...toolParts, failedEvent]),
      broken(saidTool, ...failed),
    ),
    streamed(
      "error-nested",
      "an error event whose error is an object",
      stream(wire, [
        ...parts,
        eventOf(
          JSON.stringify({
            type: "error",
            error: { type: "server_error", code: "rate_limit_exceeded", message: "Slow down" },
          }),
          "error",
        ),
      ]),
      broken(said, "upstream.rate_limited"),
    ),
    streamed(
      "terminal-missing",
      "every item is done, but no terminal event comes",
      stream(wire, [
        ...parts,
        responsesEvent("response.output_item.done", { output_index: 0, item }),
      ]),
      broken(said, "upstream.stream_unfinished"),
    ),
    streamed(
      "done-without-terminal",
      "[DONE] without a terminal event",
      stream(wire, [...parts, eventOf("[DONE]")]),
      broken(said, "upstream.stream_unfinished"),
    ),
    streamed(
      "cancelled",
      "a response that was cancelled",
      stream(wire, [
        ...parts,
        responsesEvent("response.cancelled", {
          response: { ...head, status: "cancelled", output: [] },
        }),
      ]),
      broken(said, ...failed, "upstream.stream_unfinished"),
    ),
    streamed(
      "incomplete-unexplained",
      "control: response.incomplete without a reason",
      stream(wire, [
        ...parts,
        responsesEvent("response.incomplete", {
          response: { ...head, ...endOf("length"), incomplete_details: null, output: [] },
        }),
      ]),
      given(say({ text, finish: "stop" })),
    ),
    streamed(
      "only-terminal",
      "control: the terminal event alone, which holds the whole answer",
      stream(wire, [
        responsesEvent("response.completed", {
          response: { ...head, status: "completed", output: [item] },
        }),
      ]),
      given(say({ text, finish: "stop" })),
    ),
    streamed(
      "only-terminal-empty",
      "the terminal event alone, without output",
      stream(wire, [
        responsesEvent("response.completed", {
          response: { ...head, status: "completed", output: null },
        }),
      ]),
      nothing,
    ),
    whole("output-missing", "no output", json(200, { ...head, status: "completed" }), empty),
    whole("output-null", "output: null", json(200, { ...head, output: null }), empty),
    whole("output-object", "output is an object", json(200, { ...head, output: {} }), empty),
    whole("output-item-null", "output: [null]", json(200, { ...head, output: [null] }), empty),
    whole(
      "output-and-error",
      "an output and an error beside it",
      json(200, { ...head, output: [item], error: { code: "server_error", message: "broken" } }),
      told(...failed),
    ),
    whole(
      "status-failed-bare",
      "status failed without a word",
      json(200, { ...head, status: "failed", output: [], error: null }),
      told(...failed),
    ),
  ];
}
