import { Command } from "commander";

/** `parley serve` */
export function serveCommand(): Command {
  return new Command("serve")
    .description("start the gateway; PORT, PARLEY_* and parley.yaml say how")
    .action(async () => {
      // Loaded when it is asked for: the other commands have no use for the gateway's code.
      const { serve } = await import("../main.ts");
      await serve();
    });
}
