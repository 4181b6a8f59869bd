/** Offerings that do not have the API that is asked for are left out. */
import type { OperationName } from "../core/operations.ts";
import { Failure } from "../failures/failure.ts";
import { matchesAny } from "./model-names.ts";
import type { Offering } from "./offerings.ts";

/** What a model may be asked for; what is done with a chat (counting its tokens, …) is for models that chat. */
export type Endpoint = "chat" | Exclude<OperationName, "count-tokens" | "compact">;

/** What is known of a provider's endpoints. */
export interface EndpointFacts {
  kind: "http" | "local";
  operations?: Readonly<Partial<Record<OperationName, unknown>>>;
  /** Model names (with `*`) that serve one endpoint alone; the first that matches counts. */
  onlyFor?: readonly { models: readonly string[]; endpoint: Endpoint }[];
}

/** Throws `model.no_endpoint` where nothing remains. */
export function withEndpoint(
  offerings: Offering[],
  endpoint: Endpoint,
  providers: ReadonlyMap<string, EndpointFacts>,
): Offering[] {
  const serves = ({ channel, model }: Offering) => {
    const facts = providers.get(channel.provider);
    return facts === undefined || hasEndpoint(facts, model, endpoint);
  };
  if (offerings.every(serves)) return offerings;
  const left = offerings.filter(serves);
  if (left.length > 0) return left;
  throw new Failure("model.no_endpoint", {
    message: `No provider of the model has the API that was asked for (${endpoint}).`,
    param: "model",
  });
}

function hasEndpoint(facts: EndpointFacts, model: string, endpoint: Endpoint): boolean {
  if (endpoint !== "chat" && facts.operations?.[endpoint] === undefined) return false;
  const alone = endpointAlone(facts, model);
  return alone === undefined || alone === endpoint;
}

const MAX_REMEMBERED = 1000;
/** Answers by model, which are few: the patterns are many. */
const remembered = new WeakMap<EndpointFacts, Map<string, Endpoint | undefined>>();

/** The one endpoint that the model is known to serve; undefined where nothing is known. */
export function endpointAlone(facts: EndpointFacts, model: string): Endpoint | undefined {
  if (facts.onlyFor === undefined) return undefined;
  let known = remembered.get(facts);
  if (known === undefined || known.size >= MAX_REMEMBERED) {
    known = new Map();
    remembered.set(facts, known);
  }
  let endpoint = known.get(model);
  if (endpoint === undefined && !known.has(model)) {
    endpoint = facts.onlyFor.find(({ models }) => matchesAny(models, model))?.endpoint;
    known.set(model, endpoint);
  }
  return endpoint;
}
