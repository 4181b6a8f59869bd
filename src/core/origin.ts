/**
 * Who made a piece of opaque state. State goes back only to where it came from: a signature to its
 * provider, a stored id to the channel (that is: the account at the vendor) that made it.
 */
export interface Origin {
  provider: string;
  channel?: string;
  model?: string;
}
