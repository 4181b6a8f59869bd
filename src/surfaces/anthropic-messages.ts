/** POST /v1/messages and /v1/messages/count_tokens: Anthropic's Messages API. https://platform.claude.com/docs/en/api/messages */
import type { JsonObject } from "../core/json.ts";
import { Failure } from "../failures/failure.ts";
import { readGatewayOptions } from "./gateway-options.ts";
import type { RequestOptions, Surface } from "./surface.ts";

export const messagesSurface: Surface = {
  name: "anthropic-messages",
  path: "/v1/messages",
  dialect: "anthropic-messages",
  contract: "anthropic",
  keyChoosesContract: false,
  answerIdPrefix: "msg_",
  ownFields: ["gateway"],
  forwardedHeaders: ["anthropic-beta", "anthropic-version"],
  readOptions,
};

export const countTokensSurface: Surface = {
  ...messagesSurface,
  name: "count-tokens",
  path: "/v1/messages/count_tokens",
  operation: { name: "count-tokens", format: "anthropic-messages" },
  readOptions: readGatewayOptions,
};

/** The API requires `max_tokens`; the dialect does not, since counting tokens has none. */
function readOptions(body: JsonObject): RequestOptions {
  if (body.max_tokens === undefined) {
    throw new Failure("request.field_missing", {
      message: "max_tokens is required.",
      param: "max_tokens",
    });
  }
  if (typeof body.max_tokens === "number" && body.max_tokens < 0) {
    throw new Failure("request.field_value", {
      message: "max_tokens must not be negative.",
      param: "max_tokens",
    });
  }
  refuseThread(body);
  return readGatewayOptions(body);
}

/**
 * A thread is a conversation of which only what is new is sent. The vendor holds it for its own account, which
 * here is not the client's; dropping the field would drop the conversation. The SDK's tool runner asks for one
 * and, told so, sends the conversation whole.
 */
function refuseThread({ thread }: JsonObject): void {
  if (thread === undefined || thread === null) return;
  throw new Failure("request.not_expressible", {
    message: "Conversations are not held here: leave out `thread` and send all `messages`.",
    param: "thread",
    details: { error_code: "thread_unsupported_request", unsupported: ["thread"] },
  });
}
