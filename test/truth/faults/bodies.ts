/** 200s whose body is no answer, in ways that hold for every wire. */
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json, page, type Reply } from "../reply.ts";
import { bytesOf, finishes, say, says, textOf, type Wire } from "../wires/wire.ts";
import { both, either, type Fault, given, told, whole } from "./fault.ts";
import { secrets } from "./secrets.ts";
import { accountPhrases, html, toldOf } from "./vendor-errors.ts";

const unreadable = told("upstream.not_json", "upstream.stream_expected", "upstream.empty");
const shapeless = told(
  "upstream.shape_unknown",
  "upstream.empty",
  "upstream.stream_expected",
  "upstream.not_json",
);
const failed: Cause[] = [
  "upstream.error_unknown",
  "upstream.server_error",
  "upstream.shape_unknown",
];

type Row = [name: string, what: string, body: unknown, causes: Cause[]];

const errors: Row[] = [
  ["error-string", "error is a string", { error: `boom at ${secrets.host}` }, failed],
  ["error-true", "error is true", { error: true, msg: "broken" }, failed],
  ["detail", "detail", { detail: "Internal Server Error" }, failed],
  [
    "message-code",
    "message and code 500",
    { message: `failed on ${secrets.host}`, code: 500 },
    failed,
  ],
  [
    "code-msg",
    "code and msg, as resellers have it",
    { code: -1, msg: `no token left for ${secrets.account}`, data: null },
    [...failed, "upstream.account_exhausted"],
  ],
  [
    "errors-list",
    "a list of errors (Cloudflare)",
    { success: false, errors: [{ code: 7000, message: "No route" }], result: null },
    failed,
  ],
  [
    "vllm-error",
    "vLLM's bare envelope",
    {
      object: "error",
      message: "EngineCore died",
      type: "InternalServerError",
      param: null,
      code: 500,
    },
    failed,
  ],
  [
    "anthropic-error",
    "Anthropic's envelope, overloaded",
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    ["upstream.overloaded"],
  ],
  [
    "google-error",
    "Google's envelope in a list",
    [{ error: { code: 500, message: "Internal error encountered.", status: "INTERNAL" } }],
    failed,
  ],
  [
    "base-resp",
    "MiniMax's base_resp",
    { id: "x", choices: null, base_resp: { status_code: 1000, status_msg: "unknown error" } },
    [...failed, "upstream.empty"],
  ],
  [
    "dashscope-error",
    "DashScope's code and message",
    { code: "InternalError", message: "An internal error has occurred", request_id: "r" },
    failed,
  ],
  [
    "baidu-error",
    "error_code and error_msg",
    { error_code: 336100, error_msg: "try again" },
    failed,
  ],
  [
    "fault",
    "an API manager's fault",
    {
      fault: {
        faultstring: `Unexpected EOF at ${secrets.host}`,
        detail: { errorcode: "messaging.adaptors.http.flow.UnexpectedEOFAtTarget" },
      },
    },
    failed,
  ],
  ["status-error", "status: error", { status: "error", message: "busy" }, failed],
  [
    "error-code-429",
    "an error with code 429 (OpenRouter)",
    { error: { code: 429, message: "Rate limited upstream" } },
    ["upstream.rate_limited"],
  ],
  [
    "error-code-401",
    "an error with code 401 (OpenRouter)",
    { error: { code: 401, message: `No auth credentials found for ${secrets.account}` } },
    ["upstream.credential_rejected"],
  ],
  [
    "error-code-402",
    "an error with code 402 (OpenRouter)",
    { error: { code: 402, message: `Insufficient credits: ${secrets.balance}` } },
    ["upstream.account_exhausted"],
  ],
  [
    "error-code-503",
    "an error with code 503 (OpenRouter)",
    { error: { code: 503, message: "No instances available" } },
    ["upstream.overloaded"],
  ],
  [
    "error-code-504",
    "an error with code 504",
    { error: { code: 504, message: "Gateway timeout" } },
    ["upstream.gateway_timeout", "upstream.timeout"],
  ],
];

export function bodies(wire: Wire): Fault[] {
  const said = say({ text: "The whole truth.", finish: finishes.stop });
  const answer = JSON.stringify(wire.answer(said));
  const typed = "application/json";
  const text = (body: string | Uint8Array, type = typed): Reply => page(200, type, body);
  return [
    both(
      "html-200",
      "HTML page with 200",
      text(html("Welcome to nginx!"), "text/html; charset=utf-8"),
      unreadable,
    ),
    both(
      "html-as-json-200",
      "HTML page with 200, declared as JSON",
      text(html("502 Bad Gateway")),
      unreadable,
    ),
    both(
      "text-200",
      "plain text with 200",
      text("Internal Server Error", "text/plain"),
      unreadable,
    ),
    both("empty-200", "nothing", text(""), unreadable),
    both(
      "empty-chunked-200",
      "nothing, chunked",
      { headers: { "content-type": typed }, framing: "chunked" },
      unreadable,
    ),
    both("blank-200", "white space", text("  \n\n \t\n"), unreadable),
    both("nul-200", "NUL bytes", text(new Uint8Array(64)), unreadable),
    both(
      "cut-json",
      "JSON cut short under a right Content-Length",
      text(answer.slice(0, 70)),
      unreadable,
    ),
    both("two-documents", "two JSON documents", text(`${answer}\n{"error":"late"}`), unreadable),
    both("python-repr", "a Python dictionary", text("{'choices': None}"), unreadable),
    both("json-null", "JSON null", text("null"), shapeless),
    both("json-array", "JSON array", text("[]"), shapeless),
    both("json-string", "JSON string", text('"ok"'), shapeless),
    both("json-number", "JSON number", text("42"), shapeless),
    both("json-true", "JSON true", text("true"), shapeless),
    both("json-empty", "an empty object", text("{}"), shapeless),
    both(
      "json-other",
      "some other API's answer",
      json(200, { status: "ok", version: "1.2.3" }),
      shapeless,
    ),
    ...errors.map(([name, what, body, causes]) => ({
      ...both(
        `200-${name}`,
        `200 whose body is an error: ${what}`,
        json(200, body),
        told(...causes),
      ),
      unsaid: [...accountPhrases, "no token left", "Insufficient credits", "No auth credentials"],
    })),
    ...wire.errorsWithoutStatus.map((kind) => ({
      ...both(
        `200-${kind.replaceAll("_", "-")}`,
        `200 whose body is ${wire.name}'s ${kind}`,
        json(200, wire.error(kind).body),
        toldOf(kind, wire),
      ),
      unsaid: accountPhrases,
    })),
    // A vendor's own choice of words about its answer is not the answer.
    whole(
      "json-as-text",
      "an answer declared as plain text",
      text(answer, "text/plain"),
      either(given(said), unreadable),
    ),
    whole(
      "json-as-html",
      "an answer declared as HTML",
      text(answer, "text/html"),
      either(given(said), unreadable),
    ),
    whole(
      "byte-order-mark",
      "an answer after a byte order mark",
      text(`\ufeff${answer}`),
      either(given(said), unreadable),
    ),
    whole(
      "stream-unasked",
      "a stream that was not asked for",
      text(
        bytesOf(
          wire,
          textOf(wire, says.opening, says.text("The whole truth."), says.finish("stop"), says.end),
        ),
        wire.framing === "sse" ? "text/event-stream" : "application/vnd.amazon.eventstream",
      ),
      either(given(said), told("upstream.not_json", "upstream.shape_unknown")),
    ),
    whole(
      "blank-lines",
      "control: blank lines, sent while the model thinks, before the answer",
      {
        headers: { "content-type": typed },
        framing: "chunked",
        steps: ["\n", { waitMs: 60 }, "\n\n", { waitMs: 60 }, answer],
      },
      given(said),
    ),
  ];
}
