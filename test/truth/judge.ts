/** Decides from the client's side alone whether an answer tells what happened upstream. */
import { type Cause, catalogue, isCause } from "../../src/failures/catalogue/index.ts";
import { Failure } from "../../src/failures/failure.ts";
import { type Answer, framesOf, type NoAnswer } from "./client.ts";
import type { Expectation, Range } from "./faults/fault.ts";
import { chatClient as client } from "./wires/chat-client.ts";
import { type Mode, type Said, say, type ToldError } from "./wires/wire.ts";

/** `native`: Parley's exact status, code and headers; `any`: the class of the failure alone. */
export type Strictness = "native" | "any";

export interface Judging {
  mode: Mode;
  strictness: Strictness;
  /** Nothing of this may reach the client. */
  secrets: readonly string[];
  /** The client asked for usage. */
  usageAsked: boolean;
}

export interface Verdict {
  /** What was untrue; empty where all was told. */
  lies: string[];
  /** A cause that is not among the expected ones, though its code is. */
  note?: string;
}

const htmlTag = /<(!doctype|html|head|body|center|title|h1|hr)\b/i;
const stackTrace =
  /\bat \S+ \(\S*:\d+:\d+\)|Traceback \(most recent|node:internal|node_modules|\.[jt]s:\d+:\d+/;

export function judge(expected: Expectation, answer: Answer | NoAnswer, how: Judging): Verdict {
  if (expected.kind === "either") {
    const verdicts = expected.of.map((one) => judge(one, answer, how));
    return verdicts.find(({ lies }) => lies.length === 0) ?? verdicts[0] ?? { lies: [] };
  }
  if ("silence" in answer) return { lies: [`no answer: ${answer.silence}`] };
  const text = textOf(answer.body);
  const lies: string[] = [];
  if (text === undefined) lies.push("the answer is not UTF-8");
  const shown = text ?? "";
  for (const secret of how.secrets)
    if (shown.includes(secret) || JSON.stringify(answer.headers).includes(secret))
      lies.push(`leaks "${secret}"`);
  if (how.strictness === "native" && header(answer, "x-request-id") === undefined)
    lies.push("no x-request-id");
  switch (expected.kind) {
    case "given":
      lies.push(...judgeGiven(expected.said, answer, shown, how));
      return { lies };
    case "broken":
      lies.push(...judgeBroken(expected.said, expected.causes, answer, shown, how));
      return { lies };
    case "told": {
      const verdict = judgeTold(expected, answer, shown, how);
      return { ...verdict, lies: [...lies, ...verdict.lies] };
    }
  }
}

function judgeGiven(said: Said, answer: Answer, text: string, how: Judging): string[] {
  if (answer.status !== 200) return [`a good answer became ${answer.status} ${glimpse(text)}`];
  if (answer.broken !== undefined) return [`a good answer broke: ${answer.broken}`];
  if (how.mode === "whole") {
    const lies = contentType(answer, "application/json");
    try {
      return [...lies, ...differences(said, client.readAnswer(JSON.parse(text)))];
    } catch {
      return [...lies, `a good answer became ${glimpse(text)}`];
    }
  }
  const { read, lies } = readStream(answer, text);
  if (read.errors.length > 0) lies.push(`a good stream failed: ${String(read.errors[0]?.message)}`);
  if (how.strictness === "native") {
    if (!read.ended) lies.push("a good stream does not end");
    if (read.said.usage !== undefined && !how.usageAsked) lies.push("usage that was not asked for");
  }
  return [...lies, ...differences(said, read.said)];
}

function judgeBroken(
  said: Said,
  causes: readonly Cause[],
  answer: Answer,
  text: string,
  how: Judging,
): string[] {
  if (answer.status !== 200) return [`what was said is lost: ${answer.status} ${glimpse(text)}`];
  if (answer.broken !== undefined) return [`breaks off without a word: ${answer.broken}`];
  const { read, lies } = readStream(answer, text);
  const [error] = read.errors;
  lies.push(...differences(said, read.said));
  if (error === undefined) lies.push("a broken stream looks like a finished one");
  else {
    lies.push(...judgeError(error, text, how));
    if (how.strictness === "native") {
      lies.push(...expectCode(error, causes));
      if (!read.ended) lies.push("no end after the error");
      if (read.errors.length > 1) lies.push(`${read.errors.length} errors`);
    }
  }
  return lies;
}

function judgeTold(
  expected: { causes: readonly Cause[]; param?: string; retryAfter?: Range },
  answer: Answer,
  text: string,
  how: Judging,
): Verdict {
  if (answer.broken !== undefined) return { lies: [`breaks off without a word: ${answer.broken}`] };
  if (answer.status < 300) {
    const type = header(answer, "content-type") ?? "";
    if (how.strictness === "any" && type.startsWith("text/event-stream"))
      return { lies: judgeBroken(say(), expected.causes, answer, text, how) };
    return { lies: [`an empty success: ${answer.status} ${glimpse(text)}`] };
  }
  const lies = contentType(answer, "application/json");
  const error = client.readError(parse(text));
  if (error === undefined)
    return { lies: [...lies, `${answer.status} without an error object: ${glimpse(text)}`] };
  lies.push(...judgeError(error, text, how));
  const retryAfter = header(answer, "retry-after");
  if (retryAfter !== undefined && !/^[1-9]\d*$/.test(retryAfter))
    lies.push(`Retry-After is "${retryAfter}"`);
  if (how.strictness === "any") {
    if (!expected.causes.some((cause) => inClass(cause, answer.status)))
      lies.push(`${answer.status} tells of another failure`);
    return { lies };
  }
  lies.push(...expectCode(error, expected.causes));
  const { retryAfter: range } = expected;
  const seconds = Number(retryAfter);
  if (range !== undefined && !(seconds >= range.min && seconds <= range.max))
    lies.push(`Retry-After is ${retryAfter}, not ${range.min} to ${range.max}`);
  if (expected.param !== undefined && error.param !== expected.param)
    lies.push(`param is ${String(error.param)}, not ${expected.param}`);
  if (error.requestId !== header(answer, "x-request-id"))
    lies.push("request_id is not x-request-id");
  return judgeCause(expected.causes, answer, error, lies);
}

/** Parley's headers must agree with the body: cause, status, whether and when to retry. */
function judgeCause(
  causes: readonly Cause[],
  answer: Answer,
  error: ToldError,
  lies: string[],
): Verdict {
  const cause = header(answer, "x-parley-error") ?? "";
  if (!isCause(cause)) return { lies: [...lies, `x-parley-error is "${cause}"`] };
  const rendered = rendering(cause);
  if (rendered.status !== answer.status)
    lies.push(`status ${answer.status}, not ${rendered.status}`);
  if (rendered.code !== error.code)
    lies.push(`x-parley-error ${cause} is not ${String(error.code)}`);
  const retry = catalogue[cause].retry !== "never";
  if (header(answer, "x-should-retry") !== String(retry))
    lies.push(`x-should-retry is ${header(answer, "x-should-retry")}`);
  if (retry && header(answer, "retry-after") === undefined) lies.push("no Retry-After");
  return causes.includes(cause) ? { lies } : { lies, note: `as ${cause}` };
}

/** What every error must be, whoever tells it. */
function judgeError(error: ToldError, text: string, how: Judging): string[] {
  const lies: string[] = [];
  const { message, code } = error;
  if (typeof message !== "string" || message.trim() === "" || message === "[object Object]")
    lies.push(`the message is ${JSON.stringify(message)}`);
  const coded = typeof code === "string" ? code !== "" : typeof code === "number";
  if (!coded && how.strictness === "native") lies.push("no code");
  if (!coded && typeof error.type !== "string") lies.push("neither code nor type");
  if (htmlTag.test(text)) lies.push("HTML in the answer");
  if (stackTrace.test(text)) lies.push("a stack trace in the answer");
  return lies;
}

function expectCode(error: ToldError, causes: readonly Cause[]): string[] {
  const codes = new Set(causes.map((cause) => rendering(cause).code));
  return codes.has(error.code)
    ? []
    : [`code ${String(error.code)}, not ${[...codes].join(" or ")}`];
}

function rendering(cause: Cause): { status: number; code: unknown } {
  const { status, body } = client.contract.render(new Failure(cause), {
    requestId: "",
    publicUrl: "",
  });
  return { status, code: client.readError(body)?.code };
}

/** Whether a status of any gateway is of the class of a cause: the client's fault, or the provider's. */
function inClass(cause: Cause, status: number): boolean {
  if (cause === "upstream.rate_limited") return status === 429;
  if (catalogue[cause].origin === "client")
    return status >= 400 && status < 500 && ![401, 402, 403, 407, 429].includes(status);
  return status >= 500 && status < 600;
}

function readStream(answer: Answer, text: string) {
  const lies = contentType(answer, "text/event-stream");
  const { frames, tail } = framesOf(text);
  if (tail) lies.push("ends inside an event");
  const read = client.readStream(frames);
  lies.push(...new Set(read.problems));
  return { read, lies };
}

function differences(expected: Said, found: Said): string[] {
  const lies: string[] = [];
  const blank = say({}).choices;
  const count = Math.max(expected.choices.length, found.choices.length);
  for (let at = 0; at < count; at += 1) {
    const [is] = found.choices.slice(at, at + 1).concat(blank);
    const [should] = expected.choices.slice(at, at + 1).concat(blank);
    if (is === undefined || should === undefined) continue;
    for (const field of ["text", "reasoning", "refusal"] as const)
      if (is[field] !== should[field])
        lies.push(`${field} is ${glimpse(is[field])}, not ${glimpse(should[field])}`);
    const [calls, made] = [JSON.stringify(is.tools), JSON.stringify(should.tools)];
    if (calls !== made) lies.push(`tool calls are ${glimpse(calls)}, not ${glimpse(made)}`);
    if (is.finish !== should.finish)
      lies.push(
        should.finish === null
          ? `invents the finish reason ${is.finish}`
          : `finish reason is ${is.finish}, not ${should.finish}`,
      );
  }
  const usage = JSON.stringify(expected.usage);
  if (usage !== undefined && JSON.stringify(found.usage) !== usage)
    lies.push(`usage is ${JSON.stringify(found.usage)}, not ${usage}`);
  return lies;
}

function contentType(answer: Answer, expected: string): string[] {
  const type = header(answer, "content-type") ?? "none";
  return type.startsWith(expected) ? [] : [`content-type is ${type}`];
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function glimpse(text: string): string {
  const line = JSON.stringify(text);
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
