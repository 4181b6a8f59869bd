/** One recorded exchange, and the door through which it is replayed. */
import type { Json, JsonObject } from "../../src/core/json.ts";

export type Wire = "chat" | "messages" | "gemini" | "responses" | "converse" | "cohere";

export interface Recording {
  /** Folder, file and place in it. */
  name: string;
  /** Under which it is counted: the folder's name of the recording's vendor. */
  vendor: string;
  /** Parley's provider that it is replayed through. */
  provider: string;
  wire: Wire;
  stream: boolean;
  /** By the provider's name. */
  model: string;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The body, or the payloads of the stream's events. */
  payloads: Json[];
  /** The client's recorded request, where it was recorded. */
  request?: JsonObject;
}
