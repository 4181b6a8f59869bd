/** One frame of a provider's stream: an SSE event, or a message of AWS's event stream. */
export interface Frame {
  /** SSE's `event`, or the event stream's `:event-type` or `:exception-type`. Empty where absent. */
  event: string;
  data: string;
  /** AWS's `:message-type` where it is not `event`: `exception` or `error`. */
  exception?: boolean;
}
