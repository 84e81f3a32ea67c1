import { timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

const COOKIE = "figment-token";
const A_DAY = 24 * 60 * 60;

/** Who may talk to the server. */
export interface Guard {
  /** Names beside `localhost` and IP addresses by which browsers may call the server. */
  readonly names: readonly string[];
  /** What everybody must know; undefined on loopback. */
  readonly token: string | undefined;
}

/**
 * Refuses requests that a page of another site makes, or that come under a name that is not the server's:
 * a name that its owner points at this machine, so that the browser takes it for the same site (DNS
 * rebinding). An IP address cannot be pointed elsewhere.
 */
export const ownPagesOnly =
  ({ names }: Guard): MiddlewareHandler =>
  async ({ req, text }, next) => {
    const host = req.header("host") ?? "";
    if (!isOwnName(host, names)) return text(`this server is not "${host}"`, 403);
    const origin = req.header("origin");
    if (origin !== undefined && !isOrigin(origin, host)) {
      return text("requests from pages of other sites are refused", 403);
    }
    const site = req.header("sec-fetch-site");
    const ofOwnPage = site === undefined || site === "same-origin" || site === "none";
    if (!ofOwnPage && !isNavigation(req.header("sec-fetch-mode"), req.method)) {
      return text("requests from pages of other sites are refused", 403);
    }
    await next();
  };

/** A link on another site may open the page, which then works by its own requests. */
const isNavigation = (mode: string | undefined, method: string): boolean =>
  mode === "navigate" && method === "GET";

function isOwnName(host: string, names: readonly string[]): boolean {
  const name = host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  return name === "localhost" || isIP(name) !== 0 || names.includes(name);
}

function isOrigin(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

/**
 * Admits those who know the token: from the address that the server prints, which becomes a cookie, or
 * from a header of a program.
 */
export const tokenOnly =
  ({ token }: Guard): MiddlewareHandler =>
  async (context, next) => {
    if (token === undefined) return next();
    const { req } = context;
    const given = req.query("token");
    if (req.path === "/" && given !== undefined && matches(given, token)) {
      setCookie(context, COOKIE, token, { httpOnly: true, sameSite: "Strict", maxAge: A_DAY });
      return context.redirect("/");
    }
    const shown =
      getCookie(context, COOKIE) ?? req.header("authorization")?.replace(/^Bearer /, "") ?? "";
    if (matches(shown, token)) return next();
    return context.text("open the address that `figment studio` printed: it carries a token", 401);
  };

function matches(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
