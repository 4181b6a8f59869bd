import { Failure } from "../failures/failure.ts";
import { withCapabilities } from "../routing/capability-filters.ts";
import type { Offering } from "../routing/offerings.ts";
import { withEndpoint } from "../routing/operation-filter.ts";
import type { Exchange } from "./exchange.ts";
import { listModels } from "./model-list.ts";
import { endpointOf } from "./operate.ts";
import { withOperationOfVendor } from "./responses/vendor-state.ts";

/**
 * Finds the offerings for the model asked for, then those of the models to fall back to.
 * Those that cannot do what is asked are left out.
 * Throws what `findOfferings` throws for the first model; a fallback that cannot serve is passed over,
 * unless it does not exist. Throws what {@link withEndpoint}, {@link withCapabilities} and {@link withOperationOfVendor} throw.
 */
export function plan(exchange: Exchange): Exchange {
  const { model, options } = exchange;
  let offerings = offeringsOf(exchange, model);
  const fallback = options.fallback ?? [];
  if (fallback.length > 0) {
    for (const name of new Set(fallback)) {
      if (name === model) continue;
      try {
        offerings.push(...offeringsOf(exchange, name));
      } catch (thrown) {
        if (!(thrown instanceof Failure) || thrown.cause === "model.unknown") throw thrown;
        exchange.warnings.push({ code: thrown.cause, message: thrown.message, param: "fallback" });
      }
    }
  }
  offerings = withEndpoint(offerings, endpointOf(exchange), exchange.gateway.providers);
  exchange.offerings =
    exchange.operation === undefined
      ? withCapabilities(offerings, () => exchange.readRequest())
      : withOperationOfVendor(exchange, offerings);
  return exchange;
}

function offeringsOf(exchange: Exchange, model: string): Offering[] {
  try {
    return findOfferings(exchange, model);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.cause !== "model.unknown") throw thrown;
    throw thrown.with({
      details: { requestedModel: model.slice(0, 200), availableModels: availableModels(exchange) },
    });
  }
}

/** Names that an unknown model's answer lists at most. */
const MAX_NAMES = 100;

/** What the caller might have asked for instead. */
function availableModels({ gateway, key }: Exchange): string[] {
  if (key === undefined) return [];
  return listModels(gateway, key)
    .slice(0, MAX_NAMES)
    .map(({ id }) => id);
}

function findOfferings({ gateway, key }: Exchange, model: string): Offering[] {
  const { channels, providers, settings } = gateway;
  return gateway.offerings.find(
    { version: channels.version, channels: channels.all(), providers, aliases: settings.aliases },
    { account: key?.account ?? "", group: key?.group, models: key?.models },
    model,
    Math.random,
  );
}
