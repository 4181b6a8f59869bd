import { Failure } from "../failures/failure.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Admits the request, or not: Parley's own capacity first, then the key's rate.
 * Throws `gateway.draining`, `gateway.overloaded`, `limit.requests`.
 */
export function limit(exchange: Exchange): Exchange {
  const { gateway, key } = exchange;
  if (gateway.draining) throw new Failure("gateway.draining");
  if (gateway.inFlight > gateway.settings.limits.inFlight) throw new Failure("gateway.overloaded");
  const perMinute = key?.requestsPerMinute;
  if (key === undefined || perMinute === undefined) return exchange;
  const result = gateway.rates.take(key.id, perMinute, exchange.started);
  exchange.delivery.headers.push("x-ratelimit-limit-requests", String(perMinute));
  if (result.taken) {
    exchange.delivery.headers.push("x-ratelimit-remaining-requests", String(result.remaining));
    return exchange;
  }
  exchange.delivery.headers.push("x-ratelimit-remaining-requests", "0");
  throw new Failure("limit.requests", {
    message: `The API key may make ${perMinute} requests a minute.`,
    retryAfter: result.retryAfterMs / 1000,
  });
}
