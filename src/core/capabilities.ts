/**
 * What a model on a channel can do. `true`: it can; `false`: it cannot, and is refused before it is called;
 * absent: not known, which is never a reason to refuse.
 */
export interface Capabilities {
  tools?: boolean;
  /** A tool call can be forced, any or by name. */
  toolChoiceRequired?: boolean;
  structuredOutput?: boolean;
  jsonMode?: boolean;
  /** Tools and a JSON Schema in one request. */
  toolsWithStructuredOutput?: boolean;
  /** Images in. */
  vision?: boolean;
  audioInput?: boolean;
  audioOutput?: boolean;
  imageOutput?: boolean;
  reasoning?: boolean;
  /** Thinking can be switched off. */
  thinkingDisable?: boolean;
  streaming?: boolean;
  /** Answers in one piece. */
  nonStreaming?: boolean;
  /** Real-time requests, not batches alone. */
  realTime?: boolean;
  /** Serves without a service tier being named. */
  withoutTier?: boolean;
}
