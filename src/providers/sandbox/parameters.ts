/** The sandbox is told what to do by its model's name: `chat;fail=upstream.overloaded;at=middle;delay_ms=200`. */
import { type Cause, causes, isCause } from "../../failures/catalogue/index.ts";
import { contracts } from "../../failures/contracts/index.ts";
import { Failure } from "../../failures/failure.ts";

export const sandboxModels = [
  "chat",
  "reason",
  "tools",
  "vision",
  "json",
  "adversary",
  "embed",
] as const;
export type SandboxModel = (typeof sandboxModels)[number];

/** Where in the answer a failure comes: before anything, before content, half-way, inside a tool call, before the finish. */
export const places = ["open", "first", "middle", "tool", "end"] as const;
export type Place = (typeof places)[number];

export interface SandboxParameters {
  model: SandboxModel;
  fail?: Cause;
  at: Place;
  /** Answers that succeed before the failure. */
  after: number;
  /** Milliseconds before content. */
  delayMs: number;
  /** How many tokens to say. */
  tokens?: number;
}

/** The plain name, or undefined where the sandbox has no such model. */
export function plainName(name: string): SandboxModel | undefined {
  const plain = name.split(";", 1)[0];
  return sandboxModels.find((model) => model === plain);
}

/** Throws `request.field_value` for a parameter that is not known or has no such value. */
export function readParameters(name: string): SandboxParameters {
  const model = plainName(name);
  if (model === undefined) wrong(`The sandbox has the models ${sandboxModels.join(", ")}.`);
  const parameters: SandboxParameters = { model, at: "open", after: 0, delayMs: 0 };
  for (const piece of name.split(";").slice(1)) {
    const equals = piece.indexOf("=");
    const key = equals === -1 ? piece : piece.slice(0, equals);
    const value = equals === -1 ? "" : piece.slice(equals + 1);
    switch (key) {
      case "fail":
        parameters.fail = readCause(value);
        break;
      case "at":
        parameters.at =
          places.find((place) => place === value) ??
          wrong(`at must be one of ${places.join(", ")}.`);
        break;
      case "after":
        parameters.after = readNumber(key, value, 1_000_000);
        break;
      case "delay_ms":
        parameters.delayMs = readNumber(key, value, 600_000);
        break;
      case "tokens":
        parameters.tokens = readNumber(key, value, 100_000);
        break;
      default:
        wrong(
          `The sandbox knows the parameters fail, at, after, delay_ms and tokens, not ${JSON.stringify(key.slice(0, 50))}.`,
        );
    }
  }
  return parameters;
}

function readNumber(key: string, value: string, maximum: number): number {
  const number = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= maximum)) wrong(`${key} must be a whole number from 0 to ${maximum}.`);
  return number;
}

/** A cause by its name, or the first one that some contract tells by this code. */
function readCause(value: string): Cause {
  const cause = isCause(value) ? value : causeOfCode(value);
  // Nobody would be there to be told.
  if (cause === undefined || cause === "client.disconnected") {
    wrong(
      `fail must be a cause or a code of the catalogue (GET /errors), not ${JSON.stringify(value.slice(0, 80))}.`,
    );
  }
  return cause;
}

/** A cause whose own name or origin says most directly what the code says comes first in the catalogue. */
function causeOfCode(code: string): Cause | undefined {
  for (const contract of Object.values(contracts)) {
    const found = causes.find(
      (cause) => contract.code(cause) === code || contract.code(cause, true) === code,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function wrong(message: string): never {
  throw new Failure("request.field_value", { message, param: "model" });
}
