import { type Context, Hono } from "hono";
import { EngineError } from "../engine/engine.js";
import { commandSchema } from "../engine/spec.js";
import { decodeWire, encodeWire } from "../engine/wire.js";
import { streamComparison } from "./comparison.js";
import { streamEvents } from "./events.js";
import type { SessionHub } from "./session-hub.js";

/** What the page asks of the server, in messages as `wire.ts` writes them. */
export function api(hub: SessionHub): Hono {
  const app = new Hono();
  const answer = (context: Context, result: unknown) =>
    context.body(encodeWire(result ?? null), 200, { "content-type": "application/json" });

  app.get("/catalogue", async (context) => answer(context, await hub.catalogue()));
  app.post("/upload", async (context) => answer(context, await hub.upload(await message(context))));
  app.post("/compare", async (context) => streamComparison(context, hub, await message(context)));
  app.get("/sessions", (context) => answer(context, hub.list()));
  app.post("/sessions", async (context) => answer(context, await hub.open(await message(context))));
  app.get("/sessions/:id", (context) => answer(context, hub.info(context.req.param("id"))));
  app.get("/events", (context) => streamEvents(context, hub, context.req.queries("of") ?? []));
  app.post("/sessions/:id/command", async (context) => {
    const command = commandSchema.safeParse(await message(context));
    if (!command.success) throw new EngineError("there is no such command", "ConfigError");
    hub.command(context.req.param("id"), command.data);
    return answer(context, null);
  });
  app.post("/sessions/:id/ask/:question", async (context) => {
    const { id, question } = context.req.param();
    return answer(context, await hub.ask(id, question, await message(context)));
  });
  app.delete("/sessions/:id", async (context) => {
    await hub.close(context.req.param("id"));
    return answer(context, null);
  });
  app.notFound((context) => refuse(context, "there is nothing here", "NotFound", 404));
  app.onError((error, context) => {
    const origin = error instanceof EngineError ? error.origin : error.name;
    if (error instanceof EngineError) {
      return refuse(context, error.message, origin, origin === "NotFound" ? 404 : 400);
    }
    return refuse(context, `the server failed: ${error.message}`, origin, 500);
  });
  return app;
}

/** @throws EngineError when it is no message */
async function message({ req }: Context): Promise<unknown> {
  // A page of another site cannot send this type without asking first.
  if (!req.header("content-type")?.startsWith("application/json")) {
    throw new EngineError("a request must be of the type application/json", "Malformed");
  }
  try {
    return decodeWire(await req.text());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(`the request is malformed: ${reason}`, "Malformed");
  }
}

const refuse = (context: Context, text: string, origin: string, status: 400 | 404 | 500) =>
  context.json({ message: text, origin }, status);
