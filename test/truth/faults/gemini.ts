/** Google's documented errors, and what only generateContent can get wrong, or may oddly do right. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json } from "../reply.ts";
import { candidate, errorBody } from "../wires/gemini.ts";
import { eventOf, say, says, stream, type Wire } from "../wires/wire.ts";
import { both, broken, either, type Fault, given, streamed, told, whole } from "./fault.ts";
import { nothing, script } from "./script.ts";
import { secrets } from "./secrets.ts";
import { account, accountPhrases, credential, failed, refused } from "./vendor-errors.ts";

type Row = [name: string, status: number, word: string, message: string, causes: Cause[]];

/** https://ai.google.dev/gemini-api/docs/troubleshooting */
const documented: Row[] = [
  [
    "key-invalid-400",
    400,
    "INVALID_ARGUMENT",
    "API key not valid. Please pass a valid API key.",
    credential,
  ],
  [
    "key-expired-400",
    400,
    "INVALID_ARGUMENT",
    "API key expired. Please renew the API key.",
    credential,
  ],
  [
    "tokens-400",
    400,
    "INVALID_ARGUMENT",
    "The input token count exceeds the maximum number of tokens allowed (1048576).",
    ["upstream.context_too_long"],
  ],
  [
    "billing-400",
    400,
    "FAILED_PRECONDITION",
    "Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.",
    account,
  ],
  [
    "location-400",
    400,
    "FAILED_PRECONDITION",
    "User location is not supported for the API use.",
    [...account, ...credential],
  ],
  ["argument-400", 400, "INVALID_ARGUMENT", "Request contains an invalid argument.", refused],
  [
    "unknown-name-400",
    400,
    "INVALID_ARGUMENT",
    'Invalid JSON payload received. Unknown name "frobnicate": Cannot find field.',
    ["upstream.parameter_rejected"],
  ],
  [
    "unauthenticated-401",
    401,
    "UNAUTHENTICATED",
    "Request had invalid authentication credentials.",
    credential,
  ],
  [
    "permission-403",
    403,
    "PERMISSION_DENIED",
    `Generative Language API has not been used in project ${secrets.project} before or it is disabled.`,
    credential,
  ],
  ["leaked-403", 403, "PERMISSION_DENIED", "Your API key was reported as leaked.", credential],
  [
    "model-404",
    404,
    "NOT_FOUND",
    "models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.",
    ["upstream.model_unknown"],
  ],
  [
    "exhausted-429",
    429,
    "RESOURCE_EXHAUSTED",
    "Resource has been exhausted (e.g. check quota).",
    ["upstream.rate_limited"],
  ],
  ["internal-500", 500, "INTERNAL", "An internal error has occurred.", failed],
  [
    "unavailable-503",
    503,
    "UNAVAILABLE",
    "The service is currently unavailable.",
    ["upstream.overloaded"],
  ],
  [
    "deadline-504",
    504,
    "DEADLINE_EXCEEDED",
    "Deadline expired before operation could complete.",
    ["upstream.gateway_timeout"],
  ],
];

export function geminiFaults(wire: Wire): Fault[] {
  const retryInfo = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "39.5s" }];
  const unavailable = errorBody(503, "UNAVAILABLE", "The model is overloaded.");
  return [
    ...documented.flatMap(([name, status, word, message, causes]) => [
      {
        ...both(
          `gemini-${name}`,
          `${status} ${word}`,
          json(status, errorBody(status, word, message)),
          told(...causes),
        ),
        unsaid: [...accountPhrases, "enable billing", "reported as leaked"],
      },
    ]),
    both(
      "gemini-retry-info",
      "429 RESOURCE_EXHAUSTED with RetryInfo",
      json(
        429,
        errorBody(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", retryInfo),
      ),
      { kind: "told", causes: ["upstream.rate_limited"], retryAfter: { min: 10, max: 40 } },
    ),
    both(
      "gemini-error-list-503",
      "503 whose error is in a list",
      json(503, [unavailable]),
      told("upstream.overloaded"),
    ),
    both(
      "gemini-error-list-200",
      "200 whose error is in a list",
      json(200, [unavailable]),
      told("upstream.overloaded"),
    ),
    ...answers(),
    ...streams(wire),
  ];
}

function answers(): Fault[] {
  const empty = told("upstream.empty", "upstream.shape_unknown");
  const blocked = (blockReason: string) => ({
    promptFeedback: { blockReason },
    modelVersion: "truth-1",
  });
  const usage = { promptTokenCount: 11, totalTokenCount: 11 };
  return [
    ...["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "OTHER"].map((reason) =>
      both(
        `prompt-blocked-${reason.toLowerCase()}`,
        `promptFeedback: ${reason}`,
        ({ streaming }) =>
          streaming
            ? {
                headers: { "content-type": "text/event-stream" },
                steps: [eventOf(JSON.stringify(blocked(reason)))],
              }
            : json(200, blocked(reason)),
        told("upstream.content_filtered"),
      ),
    ),
    whole("candidates-missing", "no candidates", json(200, { usageMetadata: usage }), empty),
    whole("candidates-null", "candidates: null", json(200, { candidates: null }), empty),
    whole("candidates-empty", "candidates: []", json(200, { candidates: [] }), empty),
    whole("candidates-object", "candidates is an object", json(200, { candidates: {} }), empty),
    whole("candidate-null", "candidates: [null]", json(200, { candidates: [null] }), empty),
    whole("candidate-empty", "candidates: [{}]", json(200, { candidates: [{}] }), empty),
    whole(
      "candidate-unfinished",
      "a candidate without a finish reason",
      json(200, candidate([{ text: "Nothing but" }])),
      empty,
    ),
    whole(
      "malformed-call",
      "MALFORMED_FUNCTION_CALL, and nothing else",
      json(200, candidate([], "MALFORMED_FUNCTION_CALL")),
      either(told("upstream.empty", "upstream.error_unknown", "upstream.shape_unknown")),
    ),
    whole(
      "answer-and-error",
      "a candidate and an error beside it",
      json(200, {
        ...candidate([{ text: "Nothing but" }], "STOP"),
        ...errorBody(500, "INTERNAL", "broken"),
      }),
      told(...failed),
    ),
    whole(
      "candidates-list",
      "control: a stream in one list, as without alt=sse",
      json(200, [candidate([{ text: "Nothing " }]), candidate([{ text: "but" }], "STOP")]),
      given(say({ text: "Nothing but", finish: "stop" })),
    ),
  ];
}

function streams(wire: Wire): Fault[] {
  const { parts, said, text } = script(wire);
  const unavailable = errorBody(503, "UNAVAILABLE", "The model is overloaded.");
  const chunk = (body: unknown): string => eventOf(JSON.stringify(body));
  return [
    streamed(
      "error-list-first",
      "an error in a list, as an event",
      stream(wire, [chunk([unavailable])]),
      told("upstream.overloaded"),
    ),
    streamed(
      "error-list-middle",
      "an error in a list, as an event after text",
      stream(wire, [...parts, chunk([unavailable])]),
      broken(said, "upstream.overloaded"),
    ),
    streamed(
      "error-list-line",
      "an error in a list, without `data:`, after text",
      stream(wire, [...parts, `${JSON.stringify([unavailable], undefined, 2)}\n`]),
      broken(said, "upstream.overloaded"),
    ),
    streamed(
      "json-list-stream",
      "a list of answers, as without alt=sse, instead of events",
      json(200, [candidate([{ text: "Nothing " }]), candidate([{ text: "but" }], "STOP")]),
      nothing,
    ),
    streamed(
      "prompt-blocked-after-text",
      "promptFeedback after text",
      stream(wire, [...parts, chunk({ promptFeedback: { blockReason: "SAFETY" } })]),
      broken(said, "upstream.content_filtered"),
    ),
    streamed(
      "finish-missing",
      "usage, but never a finish reason",
      stream(wire, [...parts, chunk({ usageMetadata: { promptTokenCount: 11 } })]),
      broken(said, "upstream.stream_unfinished"),
    ),
    streamed(
      "malformed-call-stream",
      "MALFORMED_FUNCTION_CALL, and nothing else, in a stream",
      stream(wire, [chunk(candidate([], "MALFORMED_FUNCTION_CALL"))]),
      told("upstream.empty", "upstream.error_unknown", "upstream.shape_unknown"),
    ),
    streamed(
      "malformed-call-after-text",
      "MALFORMED_FUNCTION_CALL after text",
      stream(wire, [...parts, chunk(candidate([], "MALFORMED_FUNCTION_CALL"))]),
      either(
        broken(said, ...failed, "upstream.stream_unfinished"),
        given(say({ text, finish: "stop" })),
      ),
    ),
    streamed(
      "chunk-empty",
      "control: a chunk of usage alone in the middle",
      stream(wire, [
        ...parts,
        chunk({ usageMetadata: { promptTokenCount: 11 } }),
        says.finish("stop"),
      ]),
      given(say({ text, finish: "stop" })),
    ),
  ];
}
