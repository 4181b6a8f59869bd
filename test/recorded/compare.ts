/** Whether what came out says what went in. */
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Answer, Failed, Outcome } from "./answer.ts";
import { type Reply, toldBy } from "./client.ts";
import { difference } from "./walk.ts";

/** One line about the first thing that is wrong; undefined where all is right. */
export function wrongWith(reply: Reply, recorded: Outcome): string | undefined {
  if ("failed" in recorded) return wrongFailure(reply, recorded.failed);
  if ("failed" in reply.outcome) return `failed: ${toldBy(reply)}; ${reply.outcome.failed.message}`;
  const { kept, ...said } = recorded.answer;
  const { kept: _, ...got } = reply.outcome.answer;
  const lost = kept.find((each) => each !== "" && !reply.raw.includes(inJson(each)));
  return (
    difference(plain(got), plain(said)) ??
    (lost === undefined ? undefined : `lost: ${lost.slice(0, 100)}`)
  );
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** As JSON, without what is undefined. */
function plain(answer: Omit<Answer, "kept">): JsonObject {
  const { text, refusal, reasoning, finish, usage } = answer;
  const calls: Json[] = answer.calls.map((call) => ({ ...call }));
  return {
    text,
    refusal,
    reasoning,
    calls,
    finish,
    usage: usage === undefined ? null : { ...usage },
  };
}

/** What the provider's words call for, most telling first. */
const codes: readonly [(failed: Failed) => boolean, string][] = [
  [({ message }) => /insufficient_quota/.test(message), "no_provider_available"],
  // Groq's word for a model that did not make the call that it was to make.
  [({ message }) => /tool_use_failed/.test(message), "upstream_error"],
  [({ message }) => /^blocked: /.test(message), "content_filtered"],
  [
    ({ status, message }) => status === 404 || /model identifier is invalid/.test(message),
    "model_not_found",
  ],
  [({ status }) => status === 401 || status === 403, "no_provider_available"],
  [({ status }) => status === 429, "rate_limit_exceeded"],
  [
    ({ status, message }) =>
      status === 400 &&
      /^Unsupported (value|parameter)|without its required|doesn't support the/.test(message),
    "invalid_parameter_value",
  ],
  [({ status }) => status === 400, "invalid_request"],
  [({ status }) => status === 503 || status === 529, "model_unavailable"],
];

function wrongFailure(reply: Reply, failed: Failed): string | undefined {
  if (!("failed" in reply.outcome))
    return `answered, though the provider failed: ${failed.message}`;
  if (failed.cause !== undefined)
    return reply.cause === failed.cause ? undefined : `${toldBy(reply)}, expected ${failed.cause}`;
  const expected = codes.find(([applies]) => applies(failed))?.[1] ?? "upstream_error";
  return reply.code === expected
    ? undefined
    : `${toldBy(reply)}, expected ${expected} for ${failed.status} ${failed.message}`;
}
