/** Bedrock's documented exceptions, as statuses and as frames, and what only its framing can get wrong. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json } from "../reply.ts";
import {
  announcing,
  corrupted,
  errorFrame,
  eventFrame,
  exceptionFrame,
} from "../wires/aws-frames.ts";
import { bedrockError } from "../wires/bedrock-converse.ts";
import { nextOf, replyOf, say, says, stream, type Wire } from "../wires/wire.ts";
import { both, broken, either, type Fault, given, streamed, told, whole } from "./fault.ts";
import { nothing, script, unreadable } from "./script.ts";
import { secrets } from "./secrets.ts";
import { account, credential, failed, refused } from "./vendor-errors.ts";

type Status = [status: number, type: string, message: string, causes: Cause[]];

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors */
const statuses: Status[] = [
  [400, "ValidationException", "The model returned the following errors: messages: empty", refused],
  [
    403,
    "AccessDeniedException",
    "You don't have access to the model with the specified model ID.",
    credential,
  ],
  [
    403,
    "ExpiredTokenException",
    "The security token included in the request is expired",
    credential,
  ],
  [403, "InvalidSignatureException", "Signature expired: 20261124T000000Z", credential],
  [
    404,
    "ResourceNotFoundException",
    "Could not resolve the foundation model.",
    ["upstream.model_unknown"],
  ],
  [
    408,
    "ModelTimeoutException",
    "Model has timed out in processing the request.",
    ["upstream.gateway_timeout"],
  ],
  [424, "ModelErrorException", "The model failed to process the request.", failed],
  [
    429,
    "ThrottlingException",
    `Too many tokens per day for ${secrets.account}`,
    ["upstream.rate_limited"],
  ],
  [429, "ModelNotReadyException", "Model is not ready for inference.", ["upstream.overloaded"]],
  [
    400,
    "ServiceQuotaExceededException",
    "Your request exceeds the service quota for your account.",
    account,
  ],
  [500, "InternalServerException", "Internal error", failed],
  [503, "ServiceUnavailableException", "Service unavailable", ["upstream.overloaded"]],
];

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_ResponseSyntax */
const frames: [type: string, message: string, causes: Cause[]][] = [
  ["throttlingException", `Too many tokens for ${secrets.account}`, ["upstream.rate_limited"]],
  ["modelStreamErrorException", `The model failed on ${secrets.host}`, failed],
  ["internalServerException", "Internal error", failed],
  ["serviceUnavailableException", "Service unavailable", ["upstream.overloaded"]],
  ["validationException", "The request is not what the model takes.", refused],
];

export function bedrockFaults(wire: Wire): Fault[] {
  const { parts, toolParts, said, saidTool, text } = script(wire);
  return [
    ...statuses.map(([status, type, message, causes]) =>
      both(
        `bedrock-${type}`,
        `${status} ${type}`,
        replyOf(bedrockError(status, type, message)),
        told(...causes),
      ),
    ),
    both(
      "bedrock-type-in-body",
      "429 whose exception's name is in the body, with its namespace",
      json(429, { __type: "com.amazon.coral.service#ThrottlingException", message: "Slow down" }),
      told("upstream.rate_limited"),
    ),
    both(
      "bedrock-unknown-operation",
      "404 of a wrong address",
      json(404, { Output: { __type: "com.amazon.coral.service#UnknownOperationException" } }),
      told(
        "upstream.status_unexpected",
        "upstream.error_unknown",
        "upstream.model_unknown",
        ...refused,
      ),
    ),
    both(
      "bedrock-200-message",
      "200 whose body is an error's message",
      json(200, { message: "The system encountered an unexpected error." }),
      told(...failed),
    ),
    both(
      "bedrock-200-type",
      "200 whose body is an exception",
      json(200, { __type: "ThrottlingException", message: "Slow down" }),
      told("upstream.rate_limited", "upstream.stream_expected"),
    ),
    ...frames.flatMap(([type, message, causes]) => {
      const frame = exceptionFrame(type, JSON.stringify({ message }));
      return [
        streamed(`frame-${type}`, `${type} first`, stream(wire, [frame]), told(...causes)),
        streamed(
          `frame-${type}-opened`,
          `${type} after the opening`,
          stream(wire, [says.opening, frame]),
          told(...causes),
        ),
        streamed(
          `frame-${type}-middle`,
          `${type} after text`,
          stream(wire, [...parts, frame]),
          broken(said, ...causes),
        ),
        streamed(
          `frame-${type}-tool`,
          `${type} inside a call's arguments`,
          stream(wire, [...toolParts, frame]),
          broken(saidTool, ...causes),
        ),
      ];
    }),
    streamed(
      "frame-exception-text",
      "an exception whose payload is plain text",
      stream(wire, [...parts, exceptionFrame("throttlingException", "Slow down")]),
      broken(said, "upstream.rate_limited"),
    ),
    streamed(
      "frame-error",
      "an error that the service does not model",
      stream(wire, [...parts, errorFrame("InternalError", `An internal error on ${secrets.host}`)]),
      broken(said, ...failed),
    ),
    ...framing(wire),
    ...answers(),
    streamed(
      "metadata-first",
      "control: metadata before messageStop",
      stream(wire, [...parts, says.end, says.finish("stop")]),
      given(say({ text, finish: "stop" })),
    ),
    streamed(
      "frame-news",
      "control: an event that nobody knows",
      stream(wire, [
        ...parts,
        eventFrame("contentBlockNews", '{"contentBlockIndex":0}'),
        says.finish("stop"),
        says.end,
      ]),
      given(say({ text, finish: "stop" })),
    ),
    streamed(
      "no-metadata",
      "control: messageStop, but no metadata",
      stream(wire, [...parts, says.finish("stop")]),
      given(say({ text, finish: "stop" })),
    ),
  ];
}

function framing(wire: Wire): Fault[] {
  const { parts, said } = script(wire);
  const frame = nextOf(wire, parts, says.text("lost"));
  const opening = nextOf(wire, [], says.opening);
  const prelude = frame.slice(0, 8) + corrupted(frame.slice(8, 20)) + frame.slice(20);
  return [
    streamed("crc-first", "a wrong checksum, first", stream(wire, [corrupted(opening)]), nothing),
    streamed(
      "crc-middle",
      "a wrong checksum, after text",
      stream(wire, [...parts, corrupted(frame), says.finish("stop"), says.end]),
      broken(said, ...unreadable),
    ),
    streamed(
      "prelude-crc-middle",
      "a wrong checksum of a prelude, after text",
      stream(wire, [...parts, prelude, says.finish("stop"), says.end]),
      broken(said, ...unreadable),
    ),
    streamed(
      "frame-too-large",
      "a message that announces 600 MB",
      stream(wire, [announcing(600 * 1024 * 1024), "x".repeat(1000)]),
      either(told("upstream.body_too_large"), nothing),
    ),
    streamed(
      "frame-too-large-middle",
      "a message that announces 600 MB, after text",
      stream(wire, [...parts, announcing(600 * 1024 * 1024), "x".repeat(1000)]),
      broken(said, "upstream.body_too_large", ...unreadable),
    ),
    streamed(
      "frame-impossible",
      "a message that announces less than its own head",
      stream(wire, [...parts, announcing(7)]),
      broken(said, ...unreadable),
    ),
    streamed(
      "frame-payload-list",
      "an event whose payload is a list",
      stream(wire, [...parts, eventFrame("contentBlockDelta", "[]")]),
      broken(said, ...unreadable),
    ),
    streamed(
      "sse-instead",
      "server-sent events under the type of an event stream",
      stream(wire, ['data: {"output":{}}\n\n', "data: [DONE]\n\n"]),
      nothing,
    ),
    streamed(
      "sse-typed",
      "server-sent events instead of an event stream",
      {
        headers: { "content-type": "text/event-stream" },
        framing: "chunked",
        steps: ['data: {"output":{}}\n\n'],
      },
      nothing,
    ),
  ];
}

function answers(): Fault[] {
  const empty = told("upstream.empty", "upstream.shape_unknown");
  const message = { role: "assistant", content: [{ text: "Nothing but" }] };
  const usage = { inputTokens: 11, outputTokens: 0, totalTokens: 11 };
  return [
    whole("output-missing", "no output", json(200, { stopReason: "end_turn" }), empty),
    whole(
      "message-missing",
      "no message",
      json(200, { output: {}, stopReason: "end_turn" }),
      empty,
    ),
    whole("stop-reason-missing", "no stop reason", json(200, { output: { message } }), empty),
    whole(
      "converse-silent",
      "end_turn without a word or a token",
      json(200, {
        output: { message: { role: "assistant", content: [] } },
        stopReason: "end_turn",
        usage,
      }),
      empty,
    ),
    whole(
      "malformed-tool-use",
      "control: malformed_tool_use after text",
      json(200, { output: { message }, stopReason: "malformed_tool_use", usage }),
      given(say({ text: "Nothing but", finish: "stop" })),
    ),
  ];
}
