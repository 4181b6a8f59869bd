/** What the tests of written requests share. */
import assert from "node:assert/strict";
import type { ChatRequest, Part, Turn } from "../../core/request.ts";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import { anthropicMessages } from "./index.ts";
import { writeTo } from "./testing.ts";

export const SONNET = "claude-sonnet-4-5";
export const hello: Turn = { role: "user", parts: [{ type: "text", text: "Hello" }] };
export const tool = {
  kind: "function",
  name: "look",
  parameters: { type: "object", properties: {} },
} as const;

/** A request of a client that does not speak this dialect. */
export function write(
  fields: Partial<ChatRequest>,
  context: WriteContext = writeTo(SONNET),
): WrittenRequest {
  const request: ChatRequest = {
    model: "m",
    turns: [hello],
    stream: false,
    maxOutputTokens: 1000,
    ...fields,
  };
  return anthropicMessages.writeRequest(request, context);
}

export function warned(written: WrittenRequest): string[] {
  return written.warnings.map(({ code, param }) => `${code} ${param}`);
}

export function refused(
  fields: Partial<ChatRequest>,
  context?: WriteContext,
): [Cause, string | undefined] {
  try {
    write(fields, context);
  } catch (error) {
    if (error instanceof Failure) return [error.cause, error.param];
    throw error;
  }
  return assert.fail("nothing was refused");
}

export function user(...parts: Part[]): Turn {
  return { role: "user", parts };
}
