import type { CauseEntry } from "./entry.ts";

/** Raised by the management API and by anything addressed by an id. */
export const resources = {
  "resource.not_found": {
    message: "There is no such resource.",
    when: "The id in the path or body names nothing.",
    origin: "client",
    fix: "Check the id.",
    retry: "never",
  },
  "resource.duplicate": {
    message: "A resource with this identifier already exists.",
    when: "A name or slug that must be unique is taken.",
    origin: "client",
    fix: "Choose another name, or change the existing resource.",
    retry: "never",
  },
  "resource.field_immutable": {
    message: "This field cannot be changed after creation.",
    when: "A change names a field that is fixed when the resource is created.",
    origin: "client",
    fix: "Create a new resource instead.",
    retry: "never",
  },
  "resource.state_wrong": {
    message: "The resource is not in a state that allows this.",
    when: "The resource is revoked, running or still referred to, or an If-Match no longer holds.",
    origin: "client",
    fix: "Read the resource again and decide anew.",
    retry: "never",
  },
  "resource.read_only": {
    message: "The resource is defined elsewhere and cannot be changed here.",
    when: "The resource comes from parley.yaml or the environment.",
    origin: "client",
    fix: "Change it where it is defined; the message says where.",
    retry: "never",
  },
  "resource.operation_forbidden": {
    message: "This operation is not allowed in the resource's state or for the caller's role.",
    when: "State or role forbids the operation, whoever asks for it.",
    origin: "client",
    fix: "See the message for what stands in the way.",
    retry: "never",
  },
  "feature.disabled": {
    message: "The feature is not available for this account or plan.",
    when: "The plan does not include the feature.",
    origin: "client",
    fix: "Change the plan, or ask the operator to enable the feature.",
    retry: "never",
  },
} as const satisfies Record<string, CauseEntry>;
