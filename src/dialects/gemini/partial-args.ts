/**
 * Arguments that Vertex streams piece by piece (`streamFunctionCallArguments`): each piece names its place
 * by a JSON path and holds a value or more of a text.
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc
 */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { camel } from "./wire.ts";

export class PartialArgs {
  readonly root: JsonObject = {};
  /** The path whose text goes on. */
  #open: string | undefined;

  /** Adds the pieces of one event. Throws a `RangeError` for a path that cannot be followed. */
  add(pieces: readonly Json[]): void {
    for (const piece of pieces) {
      if (!isObject(piece)) continue;
      const { jsonPath, willContinue, ...value } = camel(piece);
      if (typeof jsonPath !== "string") continue;
      const more = this.#open === jsonPath;
      place(this.root, stepsOf(jsonPath), pieceValue(value), more);
      this.#open = willContinue === true ? jsonPath : undefined;
    }
  }
}

function pieceValue(piece: JsonObject): Json {
  if (piece.stringValue !== undefined) return piece.stringValue;
  if (piece.numberValue !== undefined) return piece.numberValue;
  if (piece.boolValue !== undefined) return piece.boolValue;
  return null;
}

type Step = string | number;

const step = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** `$.a.b[0]['c d']` as its steps. */
function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null || !path.startsWith("$")) throw new RangeError(`No JSON path: ${path}`);
    const [, name, index, single, double] = found;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (single ?? double ?? "").replace(/\\(.)/g, "$1"));
  }
  return steps;
}

/** Longest list that a path may call for: an index far beyond it is no argument but a fault. */
const LONGEST_LIST = 100_000;

function place(root: JsonObject, steps: readonly Step[], value: Json, more: boolean): void {
  let holder: JsonObject | Json[] = root;
  for (let at = 0; at < steps.length - 1; at += 1) {
    const here = steps[at];
    const next = steps[at + 1];
    if (here === undefined) return;
    let inner = get(holder, here);
    if (!isObject(inner) && !Array.isArray(inner)) {
      inner = typeof next === "number" ? [] : {};
      put(holder, here, inner);
    }
    holder = inner;
  }
  const last = steps[steps.length - 1];
  if (last === undefined) return;
  const before = get(holder, last);
  const joined =
    more && typeof before === "string" && typeof value === "string" ? before + value : value;
  put(holder, last, joined);
}

function get(holder: JsonObject | Json[], at: Step): Json | undefined {
  if (Array.isArray(holder)) return typeof at === "number" ? holder[at] : undefined;
  return Object.hasOwn(holder, at) ? holder[String(at)] : undefined;
}

function put(holder: JsonObject | Json[], at: Step, value: Json): void {
  if (Array.isArray(holder)) {
    if (typeof at !== "number" || at > LONGEST_LIST) throw new RangeError(`No index: ${at}`);
    while (holder.length < at) holder.push(null);
    holder[at] = value;
    return;
  }
  // A key of the model's making may be `__proto__`
  Object.defineProperty(holder, String(at), {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
