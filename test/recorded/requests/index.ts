/** Recorded requests as a chat client would send them, and what the provider must be sent for them. */
import type { JsonObject } from "../../../src/core/json.ts";
import type { Recording, Wire } from "../recording.ts";
import { difference } from "../walk.ts";
import { chatMeaning } from "./chat.ts";
import { cohereMeaning, cohereToChat } from "./cohere.ts";
import { converseMeaning, converseToChat } from "./converse.ts";
import { geminiMeaning, geminiToChat } from "./gemini.ts";
import { messagesMeaning, messagesToChat } from "./messages.ts";
import { responsesMeaning, responsesToChat } from "./responses.ts";
import { Unfit } from "./unfit.ts";

interface RequestWire {
  /** The request in chat's words, without its model. Throws {@link Unfit} where chat has no words for it. */
  toChat(request: JsonObject, provider: string): JsonObject;
  /** The request with everything that means the same said in one way. */
  meaning(request: JsonObject): JsonObject;
}

const wires: Readonly<Record<Wire, RequestWire>> = {
  chat: { toChat: (request) => request, meaning: chatMeaning },
  messages: { toChat: messagesToChat, meaning: messagesMeaning },
  gemini: { toChat: geminiToChat, meaning: geminiMeaning },
  responses: { toChat: responsesToChat, meaning: responsesMeaning },
  converse: { toChat: converseToChat, meaning: converseMeaning },
  cohere: { toChat: cohereToChat, meaning: cohereMeaning },
};

export function convertRequest(
  { wire, stream, provider }: Recording,
  request: JsonObject,
): { body: JsonObject } | { unfit: string } {
  const found = wires[wire];
  try {
    return { body: { ...found.toChat(request, provider), stream } };
  } catch (thrown) {
    if (thrown instanceof Unfit) return { unfit: thrown.message };
    throw thrown;
  }
}

/** The first difference between what reached the provider and what was recorded. */
export function compareRequest(
  wire: Wire,
  sent: JsonObject,
  recorded: JsonObject,
): string | undefined {
  const { meaning } = wires[wire];
  return difference(meaning(sent), meaning(recorded));
}
