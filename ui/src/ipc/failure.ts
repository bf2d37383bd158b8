import type { Error as Failure } from "./bindings";

/** Makes an `Error` of whatever a command threw: its own, or `internal` with the text in `detail`. */
export function failure(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string") {
    const { facts, detail } = thrown as Partial<Failure>;
    return { code: thrown.code, facts: facts ?? {}, detail: detail ?? "" };
  }
  return {
    code: "internal",
    facts: {},
    detail: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}

/** Whether something thrown is the failure of this code. */
export function isCode(thrown: unknown, code: string): boolean {
  return failure(thrown).code === code;
}
