import { createHash } from "node:crypto";
import type { Backend, Session } from "../../src/runtime/backend.js";
import { deviceOn } from "../../src/runtime/device.js";
import { openBackend } from "../../src/runtime/host.js";
import type { Device } from "../../src/runtime/index.js";

/**
 * A device on the CPU with one session for each program, however often it is compiled: the checks of a
 * model compile the same few programs again and again, which took a third of their time.
 */
export async function openSharingDevice(): Promise<Device> {
  const backend = await openBackend({ device: "cpu" });
  const sessions = new Map<string, Promise<Session>>();
  const sharing: Backend = {
    ...backend,
    async createSession(model, choice) {
      const key = createHash("sha256").update(model).digest("hex");
      const session = sessions.get(key) ?? backend.createSession(model, choice);
      sessions.set(key, session);
      const { run } = await session;
      return { run, release: async () => undefined };
    },
  };
  const device = deviceOn(sharing);
  return {
    ...device,
    async close() {
      await device.close();
      for (const session of sessions.values()) await (await session).release();
    },
  };
}
