/** The sandbox: deterministic, needs no network, and misbehaves on request. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Event, FinishReason, PartHead } from "../../core/events.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { LocalContext, LocalProvider } from "../provider.ts";
import { embed } from "./embed.ts";
import { plainName, readParameters, type SandboxParameters, sandboxModels } from "./parameters.ts";
import { type Line, scriptFor } from "./script.ts";
import { countedAsSuccess } from "./successes.ts";

export const sandbox: LocalProvider = {
  kind: "local",
  name: "sandbox",
  title: "Sandbox",
  docs: "docs/sandbox.md",
  modelNames: sandboxModels,
  serves: (model) => plainName(model) !== undefined,
  isSimulated: (model) => model.includes(";fail="),
  answer,
  operations: { embeddings: embed },
  onlyFor: [
    { models: ["embed", "embed;*"], endpoint: "embeddings" },
    { models: ["*"], endpoint: "chat" },
  ],
};

async function* answer(request: ChatRequest, context: LocalContext): AsyncGenerator<Event> {
  const parameters = readParameters(context.model);
  if (parameters.model === "embed") {
    throw new Failure("model.no_endpoint", {
      message: "sandbox/embed makes embeddings; it does not chat.",
      param: "model",
    });
  }
  refuseImages(request, parameters);
  refuseHostedTools(request);
  const fails = parameters.fail !== undefined && !countedAsSuccess(context.model, parameters.after);
  const act = new Act(request, parameters, fails, context);
  yield* act.play();
}

/** Only the vision model sees. */
function refuseImages(request: ChatRequest, parameters: SandboxParameters): void {
  if (parameters.model === "vision") return;
  if (request.turns.some(({ parts }) => parts.some(({ type }) => type === "image"))) {
    throw new Failure("capability.vision", {
      message: "This sandbox model does not take images; sandbox/vision does.",
    });
  }
}

/** The sandbox runs nothing itself. */
function refuseHostedTools({ tools = [] }: ChatRequest): void {
  const index = tools.findIndex(({ kind }) => kind === "hosted");
  if (index === -1) return;
  throw new Failure("capability.hosted_tool", {
    message: `The sandbox has no hosted tool ${tools[index]?.name}.`,
    param: `tools[${index}]`,
  });
}

/** One answer, played event by event. */
class Act {
  readonly #request: ChatRequest;
  readonly #parameters: SandboxParameters;
  readonly #fails: boolean;
  readonly #context: LocalContext;
  #said = 0;

  constructor(
    request: ChatRequest,
    parameters: SandboxParameters,
    fails: boolean,
    context: LocalContext,
  ) {
    this.#request = request;
    this.#parameters = parameters;
    this.#fails = fails;
    this.#context = context;
  }

  async *play(): AsyncGenerator<Event> {
    const { model, delayMs } = this.#parameters;
    this.#failAt("open");
    const script = scriptFor(this.#request, this.#parameters);
    yield { type: "start", model: `sandbox/${model}` };
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: this.#context.signal });
    this.#failAt("first");
    const choices = this.#request.choices ?? 1;
    for (let choice = 0; choice < choices; choice++) {
      const finish: { reason: FinishReason; stopSequence?: string } = { reason: "stop" };
      for (const [index, line] of script.entries()) {
        yield* this.#line(line, choice, index, finish);
        if (finish.reason === "length" || finish.stopSequence !== undefined) break;
        if (line.type === "tool-call") finish.reason = "tool-calls";
      }
      this.#failAt("end");
      yield { type: "finish", choice, ...finish };
    }
    yield { type: "usage", usage: { input: estimate(this.#request), output: this.#said } };
  }

  async *#line(
    line: Line,
    choice: number,
    index: number,
    finish: { reason: FinishReason; stopSequence?: string },
  ): AsyncGenerator<Event> {
    const limit = this.#request.maxOutputTokens ?? Number.POSITIVE_INFINITY;
    yield { type: "part-start", choice, index, part: headOf(line, this.#said) };
    const { pieces, stopSequence } = cut(line, this.#request.stop ?? []);
    const half = Math.floor(pieces.length / 2);
    for (const [at, piece] of pieces.entries()) {
      if (at === half && at > 0) this.#failAt(line.type === "tool-call" ? "tool" : "middle");
      if (this.#said >= limit) {
        finish.reason = "length";
        break;
      }
      this.#said++;
      yield line.type === "tool-call"
        ? { type: "delta", choice, index, arguments: piece }
        : { type: "delta", choice, index, text: piece };
    }
    if (stopSequence !== undefined) finish.stopSequence = stopSequence;
    yield { type: "part-end", choice, index };
  }

  #failAt(place: SandboxParameters["at"]): void {
    const { fail, at } = this.#parameters;
    if (!this.#fails || fail === undefined) return;
    // A failure meant for a place that this answer does not have comes at its end: it was asked for.
    if (at === place || (place === "end" && at !== "open"))
      throw new Failure(fail, { simulated: true, provider: "sandbox" });
  }
}

function headOf(line: Line, number: number): PartHead {
  if (line.type === "tool-call")
    return { type: "tool-call", id: `call_sandbox_${number}`, name: line.name };
  return { type: line.type };
}

/** A line's tokens (words with the space before them, or pieces of arguments), up to a stop sequence. */
function cut(line: Line, stop: readonly string[]): { pieces: string[]; stopSequence?: string } {
  if (line.type === "tool-call") return { pieces: line.arguments.match(/[\s\S]{1,8}/g) ?? [] };
  let { text } = line;
  let stopSequence: string | undefined;
  for (const sequence of stop) {
    const at = sequence === "" ? -1 : text.indexOf(sequence);
    if (at === -1) continue;
    text = text.slice(0, at);
    stopSequence = sequence;
  }
  return { pieces: text.split(/(?= )/).filter((piece) => piece !== ""), stopSequence };
}

/** About four characters a token. */
function estimate(request: ChatRequest): number {
  let characters = 0;
  for (const { parts } of request.turns) {
    for (const part of parts) if ("text" in part) characters += part.text.length;
  }
  return Math.max(1, Math.ceil(characters / 4));
}
