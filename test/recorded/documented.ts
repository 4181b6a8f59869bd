/** `documented/`: exchanges of vendors' documentation, for those whose traffic nobody recorded. */
import { readdirSync, readFileSync } from "node:fs";
import type { Json } from "../../src/core/json.ts";
import { emptyAnswer, type Outcome } from "./answer.ts";
import type { Recording } from "./recording.ts";
import { at, list, number, object, parsed, text } from "./walk.ts";

export interface Documented {
  recording: Recording;
  /** What the vendor's page says that it means. */
  expected: Outcome;
}

const folder = new URL("documented/", import.meta.url);

export function readDocumented(): Documented[] {
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const entry = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
      return { recording: recordingOf(`documented/${file}`, entry), expected: expectedOf(entry) };
    });
}

function recordingOf(name: string, entry: Json): Recording {
  const vendor = text(entry, "vendor");
  const request = object(entry, "request", "body");
  const body = at(entry, "response", "body") ?? null;
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(object(entry, "response", "headers")))
    if (typeof value === "string") headers[header] = value;
  return {
    name,
    vendor,
    provider: vendor,
    wire: "chat",
    stream: request.stream === true,
    model: text(request, "model"),
    status: number(entry, "response", "status"),
    headers,
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    payloads: [],
    request,
  };
}

/** `expect` has the canonical form's words. */
function expectedOf(entry: Json): Outcome {
  const expect = object(entry, "expect");
  const cause = text(expect, "failure");
  if (cause !== "") {
    const status = number(entry, "response", "status");
    return { failed: { status, message: "", inStream: false, cause } };
  }
  const answer = emptyAnswer();
  answer.text = text(expect, "text");
  answer.reasoning = text(expect, "reasoning");
  answer.finish = text(expect, "finish").replace("-", "_");
  answer.calls = list(expect, "toolCalls").map((call) => ({
    name: text(call, "name"),
    arguments: parsed(text(call, "arguments")),
  }));
  answer.usage = {
    input: number(expect, "usage", "input"),
    output: number(expect, "usage", "output"),
    cached: number(expect, "usage", "cachedRead"),
    reasoning: number(expect, "usage", "reasoning"),
  };
  return { answer };
}
