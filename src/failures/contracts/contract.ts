import type { Cause } from "../catalogue/index.ts";
import type { Failure } from "../failure.ts";

export type ContractName = "native" | "concurred" | "newapi" | "anthropic" | "gemini";

/** What a rendering may depend on besides the failure itself. */
export interface RenderContext {
  requestId: string;
  /** Where Parley is reached, without a trailing slash; the base of `doc_url`. */
  publicUrl: string;
  /** The request carries tools. */
  tools?: boolean;
}

export interface Rendered {
  status: number;
  body: Record<string, unknown>;
}

/** How failures are told to one family of clients. */
export interface Contract {
  name: ContractName;
  /** Every code (for vendors without codes: type) that this contract can answer, with its status and meaning. */
  codes: Readonly<Record<string, CodeRow>>;
  /** The code of a cause, for a request with or without tools. */
  code(cause: Cause, tools?: boolean): string;
  render(failure: Failure, context: RenderContext): Rendered;
  /** The error object to send inside a stream that has begun. */
  renderInStream(failure: Failure, context: RenderContext): Record<string, unknown>;
}

export interface CodeRow {
  status: number;
  meaning: string;
}

/** The documentation page of a failure. */
export function docUrl(failure: Failure, context: RenderContext): string {
  return `${context.publicUrl}/errors/${failure.cause}`;
}
