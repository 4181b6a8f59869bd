import type { IncomingMessage } from "node:http";
import { secretForm } from "../accounts/key-secret.ts";
import { matchesAddress } from "../core/addresses.ts";
import type { Key } from "../core/key.ts";
import { contracts } from "../failures/contracts/index.ts";
import { Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";

/**
 * Finds out who calls, from the headers alone.
 * Throws `key.missing`, `key.header_unreadable`, `key.malformed`, `key.unknown`, `key.revoked`, `key.disabled`,
 * `key.expired`, `key.address_forbidden`, `key.scope_missing`.
 */
export function authenticate(exchange: Exchange): Exchange {
  const { gateway, raw, surface } = exchange;
  const secret = readCredential(raw);
  const key = gateway.keys.find(secret);
  // The contract that the key chooses also tells how the key itself failed.
  if (key?.contract !== undefined && surface.keyChoosesContract)
    exchange.contract = contracts[key.contract];
  exchange.key = usableKey(key, secret, raw, gateway);
  gateway.keys.noteUse(exchange.key.id, exchange.at);
  if (!hasScope(exchange.key, "inference")) {
    throw new Failure("key.scope_missing", { message: "The API key lacks the scope `inference`." });
  }
  return exchange;
}

/** The key, if it may be used now and from here. */
export function usableKey(
  key: Key | undefined,
  secret: string,
  raw: IncomingMessage,
  gateway: Gateway,
): Key {
  if (key === undefined)
    throw new Failure(looksMalformed(secret) ? "key.malformed" : "key.unknown");
  if (key.revokedAt !== undefined) throw new Failure("key.revoked");
  if (!key.enabled) throw new Failure("key.disabled");
  if (key.expiresAt !== undefined && key.expiresAt <= Date.now()) throw new Failure("key.expired");
  if (key.addresses !== undefined && !matchesAddress(key.addresses, clientAddress(raw, gateway))) {
    throw new Failure("key.address_forbidden");
  }
  return key;
}

export function hasScope(key: Key, scope: Key["scopes"][number]): boolean {
  return key.scopes.includes(scope) || key.scopes.includes("operator");
}

/** The caller's address: the socket's, or what the first untrusted hop is said to be where the socket is a trusted proxy's. */
export function clientAddress(raw: IncomingMessage, gateway: Gateway): string {
  let address = raw.socket.remoteAddress ?? "";
  const forwarded = raw.headers["x-forwarded-for"];
  if (forwarded === undefined) return address;
  const hops = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded).split(",");
  while (hops.length > 0 && gateway.settings.trustsProxy(address))
    address = hops.pop()?.trim() ?? address;
  return address;
}

/**
 * The credential that a request carries: the first found of `Authorization`, `x-api-key`, `x-goog-api-key`
 * and `?key=`. Throws `key.missing`, `key.header_unreadable`.
 */
export function readCredential(raw: IncomingMessage): string {
  let authorization: string | undefined;
  let apiKey: string | undefined;
  let googleKey: string | undefined;
  const { rawHeaders } = raw;
  // Node keeps only one of a repeated header in `headers`, and joins others: only the raw list tells.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    const value = rawHeaders[i + 1] ?? "";
    switch (name.length) {
      case 13:
        if (name.toLowerCase() === "authorization") authorization = once(authorization, value);
        break;
      case 9:
        if (name.toLowerCase() === "x-api-key") apiKey = once(apiKey, value);
        break;
      case 14:
        if (name.toLowerCase() === "x-goog-api-key") googleKey = once(googleKey, value);
        break;
    }
  }
  if (authorization === repeated) unreadable("The Authorization header is repeated.");
  if (authorization !== undefined) return bearer(authorization);
  if (apiKey === repeated) unreadable("The x-api-key header is repeated.");
  if (apiKey !== undefined) return plain(apiKey);
  if (googleKey === repeated) unreadable("The x-goog-api-key header is repeated.");
  if (googleKey !== undefined) return plain(googleKey);
  return plain(queryKey(raw.url ?? ""));
}

/** Stands for a header that came more than once; no header's value can hold a line feed. */
const repeated = "\n";

function once(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : repeated;
}

function unreadable(message: string): never {
  throw new Failure("key.header_unreadable", { message });
}

function bearer(value: string): string {
  const space = value.indexOf(" ");
  const scheme = (space === -1 ? value : value.slice(0, space)).toLowerCase();
  if (scheme !== "bearer") {
    if (value.trim() === "") throw new Failure("key.missing");
    unreadable("The Authorization header does not have the form `Bearer <key>`.");
  }
  return plain(space === -1 ? "" : value.slice(space + 1));
}

function plain(value: string): string {
  const secret = value.trim();
  if (secret === "") throw new Failure("key.missing");
  return secret;
}

function queryKey(url: string): string {
  const question = url.indexOf("?");
  if (question === -1) return "";
  const keys = new URLSearchParams(url.slice(question + 1)).getAll("key");
  if (keys.length > 1) unreadable("The query parameter `key` is repeated.");
  return keys[0] ?? "";
}

/** A key of Parley's that is not whole, or characters that no key has. */
function looksMalformed(secret: string): boolean {
  if (secret.length > 512 || secretForm(secret) === "broken") return true;
  for (let i = 0; i < secret.length; i++) {
    const code = secret.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x27 || code === 0x60)
      return true;
  }
  return false;
}
