/** A block of a stream that is kept until it is whole: the service's own calls and their results, and images. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import { mediaOf, native, type Opening, openBlock } from "./read-content.ts";
import { BEDROCK } from "./wire.ts";

export class NativeBlock {
  readonly #kind: string;
  readonly #value: JsonObject;
  #input = "";

  private constructor(kind: string, value: JsonObject) {
    this.#kind = kind;
    this.#value = value;
  }

  /** From what begins a block, `{kind: {…}}`; nothing where that is of another form. */
  static from(start: JsonObject): NativeBlock | undefined {
    for (const [kind, value] of Object.entries(start)) {
      if (isObject(value)) return new NativeBlock(kind, { ...value });
    }
    return undefined;
  }

  grow(delta: JsonObject): void {
    const more = delta[this.#kind];
    if (Array.isArray(more)) {
      const before = this.#value.content;
      this.#value.content = Array.isArray(before) ? [...before, ...more] : more;
    } else if (isObject(more)) {
      if (this.#kind === "toolUse" && typeof more.input === "string") this.#input += more.input;
      else Object.assign(this.#value, more);
    }
  }

  /** Throws `upstream.event_unreadable` where a call's input is not JSON. */
  whole(): Opening {
    if (this.#kind === "toolUse") this.#value.input = parse(this.#input);
    if (this.#kind === "image" && mediaOf("image", this.#value) !== undefined) {
      return openBlock({ image: this.#value }, BEDROCK);
    }
    if (this.#kind === "audio" && mediaOf("audio", this.#value) !== undefined) {
      return openBlock({ audio: this.#value }, BEDROCK);
    }
    return native({ [this.#kind]: this.#value });
  }
}

function parse(input: string): Json {
  if (input === "") return {};
  try {
    return JSON.parse(input);
  } catch {
    throw new Failure("upstream.event_unreadable");
  }
}
