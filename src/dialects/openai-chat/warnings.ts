import type { Warning } from "../../core/events.ts";

/** What could not be carried, each kind of thing once. */
export class Warnings {
  readonly list: Warning[] = [];

  add(code: string, message: string, param?: string): void {
    if (this.list.some((each) => each.code === code && each.message === message)) return;
    this.list.push(param === undefined ? { code, message } : { code, message, param });
  }
}
