/** What scenarios work with: the gateways of a run, and a provider that can misbehave. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../src/core/json.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import type { ContractName } from "./rows.ts";
import { Upstream } from "./upstream.ts";
import type { Witness } from "./witness.ts";

/** The gateways of a run. Those that few scenarios need are started when the first asks for them. */
export class World {
  readonly upstream = new Upstream();
  readonly #folders: string[] = [];
  readonly #gateways: Gateway[] = [];
  readonly #others = new Map<string, Promise<Gateway>>();
  #main: Gateway | undefined;
  #witness: Witness | undefined;

  async start(): Promise<void> {
    await this.upstream.start();
    this.#main = await this.#run(this.#folder(), {
      config: {
        limits: { body_bytes: BODY_BYTES },
        channels: [configuredChannel(this.upstream)],
      },
    });
  }

  /** The gateway that most scenarios share. */
  get main(): Gateway {
    if (this.#main === undefined) throw new Error("the world has not started");
    return this.#main;
  }

  get witness(): Witness {
    if (this.#witness === undefined) throw new Error("the world has not started");
    return this.#witness;
  }

  /** A gateway that takes one request at once. */
  busy(): Promise<Gateway> {
    return this.#once("busy", () =>
      this.#run(this.#folder(), { config: { limits: { in_flight: 1 } } }),
    );
  }

  /** A gateway whose stored responses a scenario may spoil. */
  spoiled(): Promise<Gateway> {
    return this.#once("spoiled", () => this.#run(this.#folder(), {}));
  }

  /** A gateway whose disk a scenario may fill. */
  full(): Promise<Gateway> {
    return this.#once("full", () => this.#run(this.#folder(), {}));
  }

  /**
   * A gateway that was started again under another master key, with the channels that it had before:
   * their names are those of `sealedModels`.
   */
  resealed(): Promise<Gateway> {
    return this.#once("resealed", async () => {
      const folder = this.#folder();
      const before = await this.#run(folder, { secret: "the master key of yesterday" });
      for (const model of Object.values(sealedModels))
        await before.makeChannel("ok", { name: model, models: [model] });
      await before.stop();
      return this.#run(folder, { secret: "the master key of today" });
    });
  }

  async stop(): Promise<void> {
    // One may still be starting where the run ends early.
    await Promise.allSettled(this.#others.values());
    for (const gateway of this.#gateways) gateway.kill();
    await this.upstream.stop();
    for (const folder of this.#folders)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #once(name: string, make: () => Promise<Gateway>): Promise<Gateway> {
    const made = this.#others.get(name) ?? make();
    this.#others.set(name, made);
    return made;
  }

  #folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "parley-contract-"));
    this.#folders.push(folder);
    return folder;
  }

  async #run(folder: string, options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(this.upstream, folder, options);
    this.#gateways.push(gateway);
    this.#witness = await gateway.ready(this.#witness);
    return gateway;
  }
}

/** The largest body that the main gateway takes. */
export const BODY_BYTES = 64 * 1024;

/** One channel of {@link World.resealed} for each scenario that mends it. */
export const sealedModels: Readonly<Record<ContractName, string>> = {
  native: "sealed-native",
  concurred: "sealed-concurred",
  newapi: "sealed-newapi",
};

/** Comes from the configuration file. */
export const configured = { name: "configured" };

function configuredChannel(upstream: Upstream): JsonObject {
  return {
    name: configured.name,
    provider: "openai",
    base_url: upstream.url("ok"),
    credential: "sk-for-the-contract-run",
    models: ["configured-model"],
  };
}
