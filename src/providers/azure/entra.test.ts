import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Cause } from "../../failures/catalogue/index.ts";
import { Failure } from "../../failures/failure.ts";
import type { ProviderCall } from "../provider.ts";
import { type Application, EntraTokens } from "./entra.ts";
import { azureWith } from "./index.ts";

/** What the token server was asked, and how it is to answer. */
let asked: { path: string; form: Record<string, string> }[] = [];
let answer: (path: string) => { status: number; body: string } | undefined;
let server: Server;
let address = "";

const good = (token: string, seconds = 3600) => ({
  status: 200,
  body: JSON.stringify({ token_type: "Bearer", expires_in: seconds, access_token: token }),
});

before(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += String(chunk);
    });
    request.on("end", () => {
      const path = request.url ?? "";
      asked.push({ path, form: Object.fromEntries(new URLSearchParams(text)) });
      const told = answer(path);
      // No answer at all: the caller has to give up by itself.
      if (told === undefined) return;
      response.writeHead(told.status, { "content-type": "application/json" });
      response.end(told.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  assert.ok(bound !== null && typeof bound === "object");
  address = `http://127.0.0.1:${bound.port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function application(name: string): Application {
  return {
    tokenUrl: `${address}/${name}/oauth2/v2.0/token`,
    clientId: "client",
    clientSecret: "sesame",
    scope: "https://cognitiveservices.azure.com/.default",
  };
}

async function failureOf(asking: Promise<string>): Promise<Failure> {
  try {
    await asking;
  } catch (thrown) {
    assert.ok(thrown instanceof Failure);
    return thrown;
  }
  return assert.fail("nothing failed");
}

const call: ProviderCall = {
  baseUrl: "https://r.openai.azure.com",
  credential: "",
  options: {},
  dialect: "openai-chat",
  model: "gpt-4o",
  stream: false,
  body: new Uint8Array(),
};

describe("Entra's tokens", () => {
  it("are asked for once by all who need one, and kept until shortly before they expire", async () => {
    asked = [];
    let now = 1_000_000;
    let made = 0;
    answer = () => good(`t${++made}`);
    const tokens = new EntraTokens({ now: () => now });
    const app = application("kept");
    const all = await Promise.all([tokens.token(app), tokens.token(app), tokens.token(app)]);
    assert.deepEqual(all, ["t1", "t1", "t1"]);
    now += 54 * 60_000;
    assert.equal(await tokens.token(app), "t1");
    now += 2 * 60_000;
    assert.equal(await tokens.token(app), "t2");
    assert.equal(asked.length, 2);
    assert.deepEqual(asked[0], {
      path: "/kept/oauth2/v2.0/token",
      form: {
        grant_type: "client_credentials",
        client_id: "client",
        client_secret: "sesame",
        scope: "https://cognitiveservices.azure.com/.default",
      },
    });
    assert.equal(await tokens.token({ ...app, clientSecret: "other" }), "t3");
  });

  it("carry a call where the credential or the options name an application", async () => {
    asked = [];
    answer = (path) => good(`token-of-${path.split("/")[1]}`);
    const provider = azureWith(new EntraTokens(), {});
    const json = JSON.stringify({ tenant_id: "t 1", client_id: "c", client_secret: "s" });
    const byJson = await provider.address({
      ...call,
      credential: json,
      options: { authority: address },
    });
    assert.deepEqual(byJson.headers, { authorization: "Bearer token-of-t%201" });
    const options = { tenant_id: "t2", client_id: "c", token_url: `${address}/t2/x`, scope: "own" };
    const byOptions = await provider.address({ ...call, credential: "s", options });
    assert.deepEqual(byOptions.headers, { authorization: "Bearer token-of-t2" });
    assert.deepEqual(asked[1], {
      path: "/t2/x",
      form: { grant_type: "client_credentials", client_id: "c", client_secret: "s", scope: "own" },
    });
  });

  it("fail with what Entra said, without the secret, and are asked for anew", async () => {
    const tokens = new EntraTokens();
    const body = JSON.stringify({
      error: "invalid_client",
      error_description: "AADSTS7000215: Invalid client secret 'sesame' provided.",
    });
    answer = () => ({ status: 401, body });
    const refused = await failureOf(tokens.token(application("refused")));
    assert.equal(refused.cause, "upstream.credential_rejected");
    assert.equal(refused.providerStatus, 401);
    assert.match(refused.operator ?? "", /invalid_client AADSTS7000215/);
    assert.doesNotMatch(`${refused.operator}${refused.message}`, /sesame/);
    answer = () => good("t");
    assert.equal(await tokens.token(application("refused")), "t");
  });

  const broken: [Cause, { status: number; body: string } | undefined][] = [
    ["upstream.server_error", { status: 503, body: "<html>" }],
    ["upstream.server_error", { status: 429, body: "{}" }],
    ["upstream.credential_rejected", { status: 302, body: "" }],
    ["upstream.credential_rejected", { status: 200, body: "<html>" }],
    ["upstream.credential_rejected", { status: 200, body: "{}" }],
    ["upstream.timeout", undefined],
  ];
  for (const [cause, told] of broken) {
    it(`are ${cause} for ${told === undefined ? "silence" : `${told.status} ${told.body}`}`, async () => {
      answer = () => told;
      const tokens = new EntraTokens({ timeout: 300 });
      assert.equal((await failureOf(tokens.token(application("broken")))).cause, cause);
    });
  }

  it("are upstream.connect_failed where nobody listens", async () => {
    const tokens = new EntraTokens();
    const app = { ...application("x"), tokenUrl: "http://127.0.0.1:1/token" };
    assert.equal((await failureOf(tokens.token(app))).cause, "upstream.connect_failed");
  });
});
