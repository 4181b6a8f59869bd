/** A scenario: one row of a contract, provoked on the running gateway for the reason that the row gives. */
import type { Chat } from "./gateway.ts";
import type { World } from "./harness.ts";
import type { Observed } from "./http.ts";
import type { ContractName } from "./rows.ts";

export interface Scenario {
  contract: ContractName;
  code: string;
  /** What brings the answer about. */
  title: string;
  /** What the gateway must have for it; undefined where it has. Asked before the scenario runs. */
  needs?(world: World): Promise<string | undefined>;
  /** Brings the cause about. Throws where more than status and code is wrong. */
  provoke(world: World): Promise<Observed>;
  /** The same request without the cause: it must succeed. */
  control(world: World): Promise<Observed>;
}

/** A chat request that differs from its control in `cause` alone. */
export interface ChatScenario {
  contract: ContractName;
  code: string;
  title: string;
  /** What both have. */
  request?: Chat;
  /** What brings the answer about. */
  cause: Chat;
  /** What the control has in its place. */
  control?: Chat;
  /** Further checks of the answer. Throws. */
  check?(answer: Observed): void;
}

/** The scenario in which both requests go to channels of their own on the main gateway. */
export function chatScenario(told: ChatScenario): Scenario {
  const { contract, code, title, request, cause, control, check } = told;
  return {
    contract,
    code,
    title,
    async provoke({ main }) {
      const answer = await main.chat(contract, { ...request, ...cause });
      check?.(answer);
      return answer;
    },
    control: ({ main }) => main.chat(contract, { ...request, ...control }),
  };
}
