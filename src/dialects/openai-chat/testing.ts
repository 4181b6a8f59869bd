/** What this dialect's tests share. */
import type { Event } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { ProviderError, ReadContext } from "../dialect.ts";
import type { Manners } from "../manners.ts";
import { SseDecoder } from "../sse.ts";
import { fold } from "./fold.ts";
import { readStream } from "./read-stream.ts";

/** A context whose failures tell the provider's error in `operator`. */
export function reading(provider = "openai", manners: Manners = {}): ReadContext {
  return {
    origin: { provider },
    manners,
    failure: (error: ProviderError) =>
      new Failure("upstream.error_unknown", { operator: JSON.stringify(error) }),
  };
}

export const answering = { id: "chatcmpl-test", model: "a-model", created: 1_700_000_000 };

/** Reads a stream given as text, cut into pieces of this many bytes. */
export function readText(text: string, context = reading(), size = text.length || 1): Event[] {
  const decoder = new SseDecoder();
  const reader = readStream(context);
  const events: Event[] = [];
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    for (const frame of decoder.push(bytes.subarray(at, at + size))) {
      events.push(...reader.read(frame));
    }
  }
  if (decoder.end().unfinished) throw new Failure("upstream.stream_broken");
  events.push(...reader.end());
  return events;
}

/** What an answer says, without how it was cut into events. */
export function gist(events: readonly Event[]): Json {
  return JSON.parse(JSON.stringify(fold(events)));
}

export function causeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error.cause;
    throw error;
  }
  return "nothing failed";
}
