/** Why this device cannot read. */

/**
 * `policy`: WebAssembly is forbidden or unknown here. `unreachable`: model or runtime could not be fetched, and were not
 * kept. `damaged`: what came is not what its card says. `outdated`: the model is for another version of this page.
 * `failed`: anything else.
 */
export type Fault = "policy" | "unreachable" | "damaged" | "outdated" | "failed";

export class FaultError extends Error {
  constructor(
    readonly fault: Fault,
    message: string,
  ) {
    super(message);
  }
}
