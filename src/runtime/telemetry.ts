import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import { DeviceError } from "./errors.js";

/**
 * ONNX Runtime collects telemetry on Linux and macOS: it writes a device identifier and a queue of
 * events below the home directory and the temporary one, and looks up the address of a collector. It
 * stays off where this variable is in the environment of the process before the first session.
 */
const SWITCH = "ORT_DISABLE_TELEMETRY";

/** Data that a worker thread inherits from the thread that starts it: the switch is off. */
const MARK = "figment.telemetry";

/** Longer than a main thread computes without a pause, unless it waits for this very thread. */
const PATIENCE_MS = 10_000;

/**
 * Switches ONNX Runtime's telemetry off, whatever the environment says: for this process with all its
 * threads, and for its child processes. Must be called before the native library is loaded.
 *
 * @throws DeviceError in a worker thread that cannot reach the main thread; to load the library then
 *                     would switch telemetry on
 */
export async function disableTelemetry(): Promise<void> {
  if (isMainThread) disableTelemetryOfProcess();
  else if (getEnvironmentData(MARK) !== "off") await askMainThread();
}

/** {@link disableTelemetry} from the main thread; worker threads started later know that it is done. */
export function disableTelemetryOfProcess(): void {
  process.env[SWITCH] = "1";
  setEnvironmentData(MARK, "off");
}

/**
 * The environment that a worker thread sees is a copy, which native code does not read. The inspector
 * is Node's only way to have the main thread change the real one.
 */
async function askMainThread(): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const problem = new Error("the main thread does not answer");
    timer = setTimeout(() => reject(problem), PATIENCE_MS);
  });
  try {
    await Promise.race([setInMainThread(), late]);
  } catch (cause) {
    if (process.env[SWITCH] === "1") return; // what the copy says is all that is known
    throw new DeviceError(
      `this worker thread cannot switch off ONNX Runtime's telemetry: start Node with ${SWITCH}=1 ` +
        "in its environment, or open a device in the main thread first",
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

async function setInMainThread(): Promise<void> {
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  session.connectToMainThread();
  try {
    const expression = `process.env.${SWITCH} = "1"`;
    const { result } = await session.post("Runtime.evaluate", { expression });
    if (result.value !== "1") throw new Error("the main thread has no process.env");
  } finally {
    session.disconnect();
  }
}
