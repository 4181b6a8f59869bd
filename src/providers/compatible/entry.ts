import type { Manners } from "../../dialects/manners.ts";
import type { FailureRow } from "../failure-table.ts";

/** A vendor that speaks OpenAI's chat format: facts of its own documentation. */
export interface CompatibleVendor {
  /** Name in channels and in `provider/model`: lower case, digits and hyphens. */
  name: string;
  /** The vendor's name for people. */
  title: string;
  /** The vendor's page about the endpoint. */
  docs: string;
  /** Without a trailing slash. Absent where it holds the customer's account or host: every channel gives it. */
  baseUrl?: string;
  /** The form of that address, with `{…}` for what is the customer's. */
  baseUrlForm?: string;
  /** Path of the endpoint below the base URL, where it is not `/chat/completions`. */
  path?: string;
  /** The environment variable that the vendor's documentation puts the key in. Absent where it names none. */
  key?: string;
  /** Works without a key. */
  keyless?: boolean;
  /** Bare model names (with `*`) that belong to this vendor alone: a maker's own; none for those who serve others' models. */
  models?: readonly string[];
  manners?: Manners;
  /** The documented errors, each with its page. */
  failures?: readonly FailureRow[];
  /** Recorded traffic, as beginnings of paths in the folder of fixtures. */
  recorded?: readonly string[];
}
