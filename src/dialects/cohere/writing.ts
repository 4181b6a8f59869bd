/** What the parts of the request's writer share. */
import type { Warning } from "../../core/events.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext } from "../dialect.ts";
import { DIALECT } from "./wire.ts";

type WarningCode =
  | "parameter_not_carried"
  | "parameter_changed"
  | "emulated"
  | "state_dropped"
  | "content_moved";

export class Writing {
  readonly request: ChatRequest;
  readonly context: WriteContext;
  /** The client spoke this dialect: its words are written as they were read. */
  readonly own: boolean;
  readonly warnings: Warning[] = [];
  /** Documents of the conversation, which stand beside it. */
  readonly documents: JsonObject[] = [];

  constructor(request: ChatRequest, context: WriteContext) {
    this.request = request;
    this.context = context;
    this.own = request.extra?.dialect === DIALECT;
  }

  /** One warning a message, at the first place where it happens: a long conversation repeats itself. */
  warn(code: WarningCode, param: string, message: string): void {
    if (this.warnings.some((warning) => warning.message === message)) return;
    this.warnings.push({ code, message, param });
  }
}

export function notExpressible(param: string, message: string): Failure {
  return new Failure("request.not_expressible", { param, message });
}
