/** Collects what could not be carried, each thing once. */
import type { Warning } from "../../core/events.ts";

export class Warnings {
  readonly list: Warning[] = [];
  readonly #seen = new Set<string>();

  add(code: string, message: string, param?: string): void {
    const key = `${code} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push(param === undefined ? { code, message } : { code, message, param });
  }

  /** A field that Gemini's format has no place for. */
  dropped(param: string, why = "Gemini's API has no such field"): void {
    this.add("field_dropped", `\`${param}\` was left out: ${why}.`, param);
  }
}
