/**
 * Finds which call a function's response answers. Ids are optional in Gemini's format: without one, a
 * response answers the first open call of its name.
 * https://ai.google.dev/gemini-api/docs/function-calling
 */
interface OpenCall {
  id: string;
  name: string;
  /** Whether the client said the id. */
  told: boolean;
}

export class CallIds {
  readonly #open: OpenCall[] = [];

  /** The id of a call: its own, or one made of its place, so that the same request always reads the same. */
  call(id: string | undefined, name: string, content: number, part: number): string {
    const call = { id: id ?? `call_${content}_${part}`, name, told: id !== undefined };
    this.#open.push(call);
    return call.id;
  }

  /** The id of the call that a response answers. */
  response(id: string | undefined, name: string, content: number, part: number): string {
    const at = this.#find(id, name);
    const [call] = at < 0 ? [] : this.#open.splice(at, 1);
    return call?.id ?? id ?? `call_${content}_${part}`;
  }

  #find(id: string | undefined, name: string): number {
    if (id !== undefined) {
      const own = this.#open.findIndex((call) => call.id === id);
      if (own >= 0) return own;
      return this.#open.findIndex((call) => !call.told && call.name === name);
    }
    return this.#open.findIndex((call) => call.name === name);
  }
}
