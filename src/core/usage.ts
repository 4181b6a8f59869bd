/**
 * What one answer consumed, in tokens (integers). `input` counts every input token, the cached ones
 * included; `output` counts every output token, reasoning included. Each dialect answers in its own
 * way of counting and keeps the provider's own figures in `reported`.
 */
export interface Usage {
  input: number;
  output: number;
  /** Of `input`: read from the provider's prompt cache. */
  cachedRead?: number;
  /** Of `input`: written to the provider's prompt cache, by lifetime. */
  cachedWrite5m?: number;
  cachedWrite1h?: number;
  /** Of `output`. */
  reasoning?: number;
  inputAudio?: number;
  outputAudio?: number;
  inputImage?: number;
  outputImage?: number;
  acceptedPrediction?: number;
  rejectedPrediction?: number;
  /** Calls of tools that the provider ran itself, by name (`web_search`). Priced by the call. */
  hostedToolCalls?: Record<string, number>;
  /** The tier that served, in the provider's own word. */
  serviceTier?: string;
  /** The provider's own object, unchanged. */
  reported?: unknown;
}
