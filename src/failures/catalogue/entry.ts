/** One way in which a request can fail. The catalogue's files hold these by cause, a file per stage that raises them. */
export interface CauseEntry {
  /** What happened, as a sentence: the message where the raiser has no better one. */
  message: string;
  /** When it fires, for the documentation page. */
  when: string;
  /** Whose fault it is. */
  origin: Origin;
  /** How to mend it: the answer's `suggestion`. */
  fix: string;
  retry: Retry;
}

export type Origin = "client" | "gateway" | "provider";

/**
 * `never`: the same request fails again. Otherwise the same request may succeed after so many seconds
 * (whole, at least 1), unless the failure itself knows better.
 */
export type Retry = "never" | { after: number };
