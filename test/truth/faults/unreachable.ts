/** Providers that are not there, or are not who they should be: each is a channel of its own. */
import { both, type Fault, told } from "./fault.ts";

/** A name that never resolves (RFC 6761, section 6.4). */
export const unresolvableHost = "truth-upstream.invalid";

export function unreachable(): Fault[] {
  const failed = told("upstream.connect_failed");
  return [
    {
      ...both("unresolvable", "the provider's name does not resolve", {}, failed),
      channel: "unresolvable",
      unsaid: [unresolvableHost],
    },
    {
      ...both("self-signed", "the provider's certificate is signed by itself", {}, failed),
      channel: "self-signed",
      unsaid: ["Fine."],
    },
  ];
}
