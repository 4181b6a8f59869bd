/** Error statuses, with the pages that proxies and CDNs put under them, or with nothing. */
import { gzipSync } from "node:zlib";
import type { Cause } from "../../../src/failures/catalogue/index.ts";
import { json, page } from "../reply.ts";
import { allVendorErrors, replyOf, type Wire } from "../wires/wire.ts";
import { both, type Fault, told } from "./fault.ts";
import { accountHeaders, secrets } from "./secrets.ts";
import {
  account,
  accountPhrases,
  credential,
  failed,
  html,
  refused,
  toldOf,
} from "./vendor-errors.ts";

type Row = [status: number, title: string, causes: Cause[]];

const pages: Row[] = [
  [403, "Just a moment...", [...credential, "upstream.status_unexpected"]],
  [
    404,
    "404 Not Found",
    ["upstream.status_unexpected", "upstream.error_unknown", "upstream.not_json"],
  ],
  [
    405,
    "405 Not Allowed",
    ["upstream.status_unexpected", "upstream.error_unknown", "upstream.not_json"],
  ],
  [413, "413 Request Entity Too Large", refused],
  [429, "429 Too Many Requests", ["upstream.rate_limited"]],
  [500, "500 Internal Server Error", failed],
  [502, "502 Bad Gateway", failed],
  [503, "503 Service Temporarily Unavailable", ["upstream.overloaded"]],
  [504, "504 Gateway Time-out", ["upstream.gateway_timeout"]],
  [520, "520: Web server is returning an unknown error", failed],
  [521, "521: Web server is down", failed],
  [522, "522: Connection timed out", [...failed, "upstream.connect_failed"]],
  [524, "524: A timeout occurred", ["upstream.gateway_timeout"]],
  [530, "530: Origin DNS error", failed],
];

/** Statuses that come with no body at all, or none worth reading. */
const bare: Row[] = [
  [204, "no content", ["upstream.empty", "upstream.status_unexpected"]],
  [401, "no words", credential],
  [402, "no words", account],
  [403, "no words", credential],
  [407, "a proxy's own authentication", [...credential, ...failed]],
  [408, "no words", ["upstream.gateway_timeout"]],
  [429, "no words", ["upstream.rate_limited"]],
  [500, "no words", failed],
  [502, "no words", failed],
  [503, "no words", ["upstream.overloaded"]],
  [504, "no words", ["upstream.gateway_timeout"]],
  [529, "no words", ["upstream.overloaded"]],
  [599, "no words", failed],
  [999, "no words", failed],
];

export function statuses(wire: Wire): Fault[] {
  return [
    ...pages.map(([status, title, causes]) =>
      both(
        `html-${status}`,
        `HTML page with ${status}`,
        page(status, "text/html; charset=utf-8", html(title)),
        told(...causes),
      ),
    ),
    ...bare.map(([status, what, causes]) =>
      both(`bare-${status}`, `${status} with ${what}`, { status }, told(...causes)),
    ),
    both(
      "text-502",
      "502 in plain text",
      page(
        502,
        "text/plain",
        `upstream connect error or disconnect/reset before headers. ${secrets.address}`,
      ),
      told(...failed),
    ),
    both(
      "teapot-418",
      "418",
      page(418, "text/plain", "I'm a teapot"),
      told("upstream.status_unexpected", ...failed),
    ),
    both(
      "html-as-json-500",
      "500 whose HTML is declared as JSON",
      page(500, "application/json", html("500")),
      told(...failed),
    ),
    both(
      "xml-403",
      "403 in XML",
      page(
        403,
        "application/xml",
        `<?xml version="1.0"?><Error><Code>AccessDenied</Code><HostId>${secrets.host}</HostId></Error>`,
      ),
      told(...credential),
    ),
    both(
      "broken-500",
      "500 whose body ends too early",
      {
        status: 500,
        headers: { "content-type": "application/json" },
        lengthOff: 200,
        steps: ['{"error":{"mess'],
        ending: "cut",
      },
      told(...failed, "upstream.body_broken", "upstream.connection_lost"),
    ),
    both(
      "gzip-corrupt-500",
      "500 whose gzip is corrupt",
      {
        status: 500,
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        steps: [gzipSync("{}").fill(0xff, 10, 14)],
      },
      told(...failed, "upstream.body_broken"),
    ),
    both(
      "broken-429",
      "429 whose connection is reset in the body",
      {
        status: 429,
        headers: { "retry-after": "40" },
        lengthOff: 90,
        steps: ['{"error"'],
        ending: "reset",
      },
      told("upstream.rate_limited"),
    ),
    ...[301, 302, 303, 307, 308].map((status) =>
      both(
        `redirect-${status}`,
        `${status} to a page for signing in`,
        page(status, "text/html", html("Moved"), { location: `/login?host=${secrets.host}` }),
        told("upstream.status_unexpected"),
      ),
    ),
    both(
      "not-modified-304",
      "304 to a POST",
      { status: 304 },
      told("upstream.status_unexpected", "upstream.empty"),
    ),
    both(
      "account-headers-500",
      "500 whose headers name the gateway's account",
      json(500, wire.error("server_error").body, accountHeaders),
      told(...failed),
    ),
    both(
      "account-headers-429",
      "429 with the limits of the gateway's account",
      json(429, wire.error("rate_limited").body, {
        ...accountHeaders,
        "x-ratelimit-remaining-tokens": secrets.balance,
      }),
      told("upstream.rate_limited"),
    ),
    ...allVendorErrors.map((kind) => ({
      ...both(
        kind.replaceAll("_", "-"),
        `${wire.name}: ${kind}`,
        replyOf(wire.error(kind)),
        toldOf(kind, wire),
      ),
      unsaid: accountPhrases,
    })),
  ];
}
