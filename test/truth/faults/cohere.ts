/** Cohere's documented errors, and what only its chat can get wrong, or may oddly do right. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json } from "../reply.ts";
import { cohereEvent, messageEnd } from "../wires/cohere.ts";
import { eventOf, say, says, stream, type Wire } from "../wires/wire.ts";
import { both, broken, type Fault, given, streamed, told, whole } from "./fault.ts";
import { nothing, script } from "./script.ts";
import { secrets } from "./secrets.ts";
import { account, accountPhrases, credential, failed, refused } from "./vendor-errors.ts";

/** https://docs.cohere.com/reference/errors */
const documented: [status: number, what: string, message: string, causes: Cause[]][] = [
  [
    400,
    "invalid",
    "invalid request: message must be at least 1 token long or tool results must be specified.",
    refused,
  ],
  [
    400,
    "tokens",
    "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.",
    ["upstream.context_too_long"],
  ],
  [401, "token", "invalid api token", credential],
  [
    402,
    "billing",
    `Please add or update your payment method to continue (${secrets.account})`,
    account,
  ],
  [403, "forbidden", `${secrets.email} may not use this resource`, credential],
  [
    404,
    "model",
    "model 'command-9' not found, make sure the correct model ID was used",
    ["upstream.model_unknown"],
  ],
  [422, "unprocessable", "unprocessable entity: the roles do not alternate", refused],
  [
    429,
    "minute",
    "You are using a Trial key, which is limited to 20 API calls / minute.",
    ["upstream.rate_limited"],
  ],
  [
    429,
    "month",
    "You are using a Trial key, which is limited to 1000 API calls / month.",
    [...account, "upstream.rate_limited"],
  ],
  [
    498,
    "blocked",
    "The request or the response contains a deny-listed token.",
    ["upstream.content_filtered"],
  ],
  [499, "cancelled", "request cancelled", ["upstream.status_unexpected", ...failed]],
  [500, "internal", "internal server error, this has been reported to our developers.", failed],
  [503, "unavailable", "service unavailable", ["upstream.overloaded"]],
  [504, "timeout", "the upstream server timed out", ["upstream.gateway_timeout"]],
];

export function cohereFaults(wire: Wire): Fault[] {
  const { parts, said, text, toolParts, saidTool } = script(wire);
  const thought = say({ reasoning: "Let me" });
  const thinking = [says.opening, says.reasoning("Let me")];
  const error = { error: `generation failed on ${secrets.host}` };
  const empty = told("upstream.empty", "upstream.shape_unknown");
  const answer = {
    id: "truth",
    finish_reason: "COMPLETE",
    message: { role: "assistant", content: [{ type: "text", text }] },
  };
  return [
    ...documented.map(([status, name, message, causes]) => ({
      ...both(
        `cohere-${name}-${status}`,
        `${status}: ${message}`,
        json(status, { id: "truth", message }),
        told(...causes),
      ),
      unsaid: [...accountPhrases, "payment method"],
    })),
    streamed(
      "end-error-first",
      "message-end with ERROR, and nothing before it",
      stream(wire, [says.opening, messageEnd("ERROR", error)]),
      told(...failed),
    ),
    streamed(
      "end-error-bare",
      "message-end with ERROR and no words, after text",
      stream(wire, [...parts, messageEnd("ERROR")]),
      broken(said, ...failed),
    ),
    streamed(
      "end-error-tool",
      "message-end with ERROR inside a call",
      stream(wire, [...toolParts, messageEnd("ERROR", error)]),
      broken(saidTool, ...failed),
    ),
    streamed(
      "end-error-thinking",
      "message-end with ERROR inside a thought",
      stream(wire, [...thinking, messageEnd("ERROR", error)]),
      broken(thought, ...failed),
    ),
    streamed(
      "end-timeout",
      "message-end with TIMEOUT, after text",
      stream(wire, [...parts, messageEnd("TIMEOUT")]),
      broken(said, "upstream.gateway_timeout", "upstream.timeout"),
    ),
    streamed(
      "message-data",
      "an error's message as an event, after text",
      stream(wire, [...parts, eventOf(JSON.stringify({ message: "too many tokens: too long" }))]),
      broken(said, "upstream.context_too_long"),
    ),
    streamed(
      "end-without-reason",
      "message-end without a reason",
      stream(wire, [...parts, cohereEvent("message-end", { delta: {} })]),
      broken(said, "upstream.stream_unfinished", "upstream.event_unreadable"),
    ),
    streamed(
      "second-message",
      "a second message within the first",
      stream(wire, [...parts, says.opening, says.text("th"), says.finish("stop")]),
      broken(said, "upstream.event_unreadable"),
    ),
    streamed(
      "delta-without-start",
      "a delta of an item that never began",
      stream(wire, [
        says.opening,
        cohereEvent("content-delta", { index: 7, delta: { message: { content: { text: "x" } } } }),
      ]),
      nothing,
    ),
    whole(
      "finish-error",
      "an answer that ends with ERROR, after some text",
      json(200, { ...answer, finish_reason: "ERROR" }),
      told(...failed),
    ),
    whole(
      "finish-timeout",
      "an answer that ends with TIMEOUT",
      json(200, { ...answer, finish_reason: "TIMEOUT" }),
      told("upstream.gateway_timeout"),
    ),
    whole("message-missing", "no message", json(200, { ...answer, message: undefined }), empty),
    whole("message-null", "message: null", json(200, { ...answer, message: null }), empty),
    whole(
      "reason-missing",
      "no finish reason",
      json(200, { ...answer, finish_reason: null }),
      empty,
    ),
    whole(
      "content-item-null",
      "content: [null]",
      json(200, { ...answer, message: { role: "assistant", content: [null] } }),
      empty,
    ),
    streamed(
      "done-after-end",
      "control: [DONE] after message-end",
      stream(wire, [...parts, says.finish("stop"), eventOf("[DONE]")]),
      given(say({ text, finish: "stop" })),
    ),
  ];
}
