/** Everything that is served besides chat, by name. A new operation adds its line. */
import type { OperationName } from "../core/operations.ts";
import { compact } from "./compact/index.ts";
import { countTokens } from "./count-tokens/index.ts";
import { embeddings } from "./embeddings/index.ts";
import { moderations } from "./moderations/index.ts";
import type { Operation } from "./operation.ts";
import { rerank } from "./rerank/index.ts";

export const operations: Readonly<Record<OperationName, Operation>> = {
  embeddings,
  moderations,
  rerank,
  compact,
  "count-tokens": countTokens,
};
