/** What the parts of the request's writer share: the request, the model's rules, and the warnings so far. */
import type { Warning } from "../../core/events.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext } from "../dialect.ts";
import { type ModelRules, rulesFor } from "./models.ts";
import { DIALECT } from "./wire.ts";

/** What became of something that could not be sent as it was. */
type WarningCode =
  | "parameter_not_carried"
  | "parameter_changed"
  | "emulated"
  | "state_dropped"
  | "content_moved";

export class Writing {
  readonly request: ChatRequest;
  readonly context: WriteContext;
  readonly rules: ModelRules;
  /** The client spoke this dialect: its words are written as they were read. */
  readonly own: boolean;
  readonly warnings: Warning[] = [];
  /** Documents so far: each needs a name. */
  documents = 0;

  constructor(request: ChatRequest, context: WriteContext) {
    this.request = request;
    this.context = context;
    this.rules = rulesFor(context.model);
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
