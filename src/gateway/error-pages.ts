/** GET /errors…: the catalogue, for people (HTML) and for programs (JSON). */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { isCause } from "../failures/catalogue/index.ts";
import { contracts } from "../failures/contracts/index.ts";
import { Failure } from "../failures/failure.ts";
import { causeHtml, codeHtml, contentSecurityPolicy, indexHtml } from "../failures/html.ts";
import { allCausePages, causePage, codePage, isContractName } from "../failures/pages.ts";
import type { Gateway } from "./gateway.ts";
import { type PlainAnswer, plainRoute } from "./plain-routes.ts";

export function errorPages(app: FastifyInstance, gateway: Gateway): void {
  plainRoute(app, gateway, "/errors", (raw) =>
    answer(raw, indexHtml, () => ({
      causes: allCausePages(),
      contracts: Object.fromEntries(
        Object.values(contracts).map(({ name, codes }) => [name, codes]),
      ),
    })),
  );
  plainRoute(app, gateway, "/errors/:cause", (raw, { cause = "" }) => {
    if (!isCause(cause)) throw notFound(cause);
    const page = causePage(cause);
    return answer(
      raw,
      () => causeHtml(page),
      () => page,
    );
  });
  plainRoute(app, gateway, "/errors/:contract/:code", (raw, { contract = "", code = "" }) => {
    const page = isContractName(contract) ? codePage(contract, code) : undefined;
    if (page === undefined) throw notFound(`${contract}/${code}`);
    return answer(
      raw,
      () => codeHtml(page),
      () => page,
    );
  });
}

function notFound(what: string): Failure {
  return new Failure("resource.not_found", {
    message: `The catalogue has no ${JSON.stringify(what.slice(0, 100))}.`,
    suggestion: "GET /errors lists every cause and code.",
  });
}

/** HTML where the caller asks for it before JSON, as browsers do. */
function answer(raw: IncomingMessage, html: () => string, json: () => unknown): PlainAnswer {
  const accept = raw.headers.accept ?? "";
  const wantsHtml = accept.includes("text/html") && !accept.startsWith("application/json");
  if (!wantsHtml) return { headers: { vary: "accept" }, body: json() };
  return {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy,
      "x-content-type-options": "nosniff",
      vary: "accept",
    },
    body: html(),
  };
}
