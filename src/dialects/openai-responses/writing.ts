/** What the parts of the request's writer share: where it goes, whether the client spoke this dialect, and the warnings so far. */
import { createHash } from "node:crypto";
import type { Warning } from "../../core/events.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext } from "../dialect.ts";
import { dialectName } from "./wire.ts";

export class Writing {
  readonly request: ChatRequest;
  readonly context: WriteContext;
  /** The client spoke this dialect: its words are written as they were read. */
  readonly own: boolean;
  readonly warnings: Warning[] = [];

  constructor(request: ChatRequest, context: WriteContext) {
    this.request = request;
    this.context = context;
    this.own = request.extra?.dialect === dialectName;
  }

  /** Each kind of thing once. */
  warn(code: string, message: string, param?: string): void {
    if (this.warnings.some((each) => each.code === code && each.message === message)) return;
    this.warnings.push(param === undefined ? { code, message } : { code, message, param });
  }

  /** The API takes ids of 64 characters at most: a longer one becomes another, the same wherever it stands. */
  callId(id: string): string {
    if (this.own || id.length <= 64) return id;
    return `call_${createHash("sha256").update(id).digest("hex").slice(0, 40)}`;
  }

  warnState(param: string): void {
    this.warn(
      "foreign_state_dropped",
      "Opaque state (a signature or encrypted reasoning) of another provider was left out: it would be refused.",
      param,
    );
  }
}

export function notExpressible(param: string, message: string): Failure {
  return new Failure("request.not_expressible", { message: `${message} (${param}).`, param });
}

/** What the API lacks and nobody may drop. */
export function onlyInChat(param: string, message: string): Failure {
  return new Failure("model.responses_only", { message, param });
}
