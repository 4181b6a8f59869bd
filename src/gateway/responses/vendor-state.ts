/** Requests for what only a vendor's own Responses API holds go to no other offering. */
import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";
import type { Offering } from "../../routing/offerings.ts";
import type { Exchange } from "../exchange.ts";
import type { Gateway } from "../gateway.ts";

const ofVendor = ["prompt", "conversation", "context_management"] as const;

/** Throws `model.no_responses_endpoint` with the field where no offering can have what it names. */
export function onlyWithVendorState(exchange: Exchange, asked: JsonObject): readonly Offering[] {
  const { offerings, gateway } = exchange;
  const param = ofVendor.find((field) => isSaid(asked[field])) ?? compactionIn(exchange.body.input);
  if (param === undefined) return offerings;
  return someOf(
    offerings.filter((offering) => hasResponsesApi(gateway, offering)),
    param,
    param,
  );
}

/** Throws `model.no_responses_endpoint` where what is asked for is compaction, and no offering's vendor compacts. */
export function withOperationOfVendor(
  { gateway, operation }: Exchange,
  offerings: readonly Offering[],
): readonly Offering[] {
  if (operation?.name !== "compact") return offerings;
  const compacts = ({ channel }: Offering) =>
    gateway.providers.get(channel.provider)?.operations?.compact !== undefined;
  return someOf(offerings.filter(compacts), "model", "Compaction");
}

/** Throws `model.no_responses_endpoint` where nothing is left. */
function someOf(left: readonly Offering[], param: string, what: string): readonly Offering[] {
  if (left.length > 0) return left;
  throw new Failure("model.no_responses_endpoint", {
    message: `${what} needs a vendor's own Responses API, and no provider of the model has it.`,
    param,
  });
}

function hasResponsesApi(gateway: Gateway, { channel, model }: Offering): boolean {
  const provider = gateway.providers.get(channel.provider);
  if (provider?.kind !== "http") return false;
  return (provider.dialectsOf?.(model) ?? provider.dialects).includes("openai-responses");
}

/** The path of an item that holds turns which its vendor alone can read: without it they would be lost. */
function compactionIn(input: Json | undefined): string | undefined {
  if (!Array.isArray(input)) return undefined;
  const place = input.findIndex((item) => isObject(item) && item.type === "compaction");
  return place === -1 ? undefined : `input[${place}]`;
}

function isSaid(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null;
}
