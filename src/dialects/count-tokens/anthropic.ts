/** POST /v1/messages/count_tokens. https://platform.claude.com/docs/en/api/messages/count_tokens */
import type { JsonObject } from "../../core/json.ts";
import type { ChatRequest } from "../../core/request.ts";
import { Failure } from "../../failures/failure.ts";
import { anthropicMessages } from "../anthropic-messages/index.ts";
import type { WriteContext, WrittenRequest } from "../dialect.ts";
import type { OperationFormat } from "../operation.ts";

/** What the endpoint takes of a Messages request. */
const counted: ReadonlySet<string> = new Set([
  "messages",
  "model",
  "system",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "cache_control",
  "mcp_servers",
  "context_management",
  "speed",
]);

export const anthropicCount: OperationFormat<"count-tokens"> = {
  forwards: true,
  readRequest: (body) => anthropicMessages.readRequest(body),
  writeRequest,
  readAnswer(body) {
    if (typeof body.input_tokens !== "number") throw new Failure("upstream.shape_unknown");
    return { input: body.input_tokens };
  },
  writeAnswer: ({ input }) => ({ input_tokens: input }),
};

function writeRequest(request: ChatRequest, context: WriteContext): WrittenRequest {
  const written = anthropicMessages.writeRequest(request, context);
  const body: JsonObject = {};
  for (const [name, value] of Object.entries(written.body)) {
    if (counted.has(name)) body[name] = value;
  }
  // What limits or shapes the answer is not counted: its loss changes nothing.
  const warnings = written.warnings.filter(
    ({ param }) => param === "messages" || param === "tools",
  );
  return { ...written, body, warnings };
}
