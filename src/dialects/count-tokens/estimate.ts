/** How many tokens a request is, about, where nobody can be asked. */

import type { TokenCount } from "../../core/operations.ts";
import type { ChatRequest, Part } from "../../core/request.ts";

/** Of a picture, and of a page or sound that is not read: what vendors commonly count, to the hundred. */
const TOKENS_OF_IMAGE = 1600;
const TOKENS_OF_FILE = 2000;
/** Around each turn and each tool, for roles and marks. */
const TOKENS_OF_FRAME = 4;

/** About four bytes of text a token; scripts beyond Latin take more bytes and more tokens alike. */
export function estimateTokens(request: ChatRequest): TokenCount {
  let bytes = 0;
  let tokens = 0;
  const add = (text: string | undefined) => {
    if (text !== undefined) bytes += Buffer.byteLength(text);
  };
  const addPart = (part: Part): void => {
    switch (part.type) {
      case "text":
      case "reasoning":
      case "refusal":
        add(part.text);
        break;
      case "tool-call":
        add(part.name);
        add(part.arguments);
        break;
      case "tool-result":
        for (const inner of part.content) addPart(inner);
        break;
      case "image":
        tokens += TOKENS_OF_IMAGE;
        break;
      case "file":
        if (part.source.kind === "text") add(part.source.text);
        else tokens += TOKENS_OF_FILE;
        break;
      case "audio":
        tokens += TOKENS_OF_FILE;
        break;
      case "native":
        add(JSON.stringify(part.value));
        break;
    }
  };
  for (const { parts } of request.turns) {
    tokens += TOKENS_OF_FRAME;
    for (const part of parts) addPart(part);
  }
  for (const { name, description, parameters, native } of request.tools ?? []) {
    tokens += TOKENS_OF_FRAME;
    add(name);
    add(description);
    add(JSON.stringify(parameters ?? native ?? {}));
  }
  return { input: tokens + Math.ceil(bytes / 4) };
}
