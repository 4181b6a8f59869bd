/** What can be asked of a stored response. https://developers.openai.com/api/reference/resources/responses */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { newId } from "../../core/ids.ts";
import type { Key } from "../../core/key.ts";
import { asFailure, Failure } from "../../failures/failure.ts";
import { hasScope } from "../authenticate.ts";
import { sendFailure } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { requestKey } from "../request-key.ts";
import { listItems } from "./input-items.ts";
import { resume } from "./resume.ts";
import { cancelResponse, readResponse, removeResponse } from "./stored.ts";

/** One call: who asks, for which response, with which query. */
export interface ResponseCall {
  account: string;
  id: string;
  query: URLSearchParams;
  response: ServerResponse;
}

/** The body of the answer, as JSON text; undefined where it has been given already. */
type Action = (gateway: Gateway, call: ResponseCall) => Promise<string | undefined>;

const actions: readonly { method: "GET" | "POST" | "DELETE"; path: string; action: Action }[] = [
  {
    method: "GET",
    path: "/v1/responses/:id",
    action: (gateway, call) =>
      call.query.get("stream") === "true" ? resume(gateway, call) : readResponse(gateway, call),
  },
  { method: "DELETE", path: "/v1/responses/:id", action: removeResponse },
  { method: "POST", path: "/v1/responses/:id/cancel", action: cancelResponse },
  { method: "GET", path: "/v1/responses/:id/input_items", action: listItems },
];

export function responseRoutes(app: FastifyInstance, gateway: Gateway): void {
  for (const { method, path, action } of actions) {
    app.route<{ Params: { id: string } }>({
      method,
      url: path,
      exposeHeadRoute: false,
      handler: (request, reply) => {
        reply.hijack();
        return answer(gateway, action, request.params.id, request.raw, reply.raw);
      },
    });
  }
}

async function answer(
  gateway: Gateway,
  action: Action,
  id: string,
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = raw.url ?? "";
    const question = url.indexOf("?");
    const query = new URLSearchParams(question === -1 ? "" : url.slice(question + 1));
    const { account } = inferenceKey(gateway, raw);
    const body = await action(gateway, { account, id, query, response });
    if (body === undefined) return;
    // A body has no meaning here: it is received and left unread.
    raw.resume();
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "x-request-id": newId("req"),
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  } catch (thrown) {
    sendFailure(gateway, asFailure(thrown), raw, response);
  }
}

function inferenceKey(gateway: Gateway, raw: IncomingMessage): Key {
  const key = requestKey(gateway, raw);
  if (hasScope(key, "inference")) return key;
  throw new Failure("key.scope_missing", { message: "The API key lacks the scope `inference`." });
}
