import type { IncomingMessage } from "node:http";
import type { Key } from "../core/key.ts";
import { readCredential, usableKey } from "./authenticate.ts";
import type { Gateway } from "./gateway.ts";

/** The key of a request that is not an exchange (lists, metrics, management). Throws as `authenticate` does. */
export function requestKey(gateway: Gateway, raw: IncomingMessage): Key {
  const secret = readCredential(raw);
  return usableKey(gateway.keys.find(secret), secret, raw, gateway);
}
