import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { lessonIds } from "../../src/studio/lessons/order.js";
import { openTab } from "../../test/studio/tab.js";

/** A view of the studio, and what to do before its picture is taken. */
interface Shot {
  readonly name: string;
  readonly engine: "page" | "server";
  readonly query: string;
  readonly languages: readonly Language[];
  readonly options?: BrowserContextOptions;
  /** Only what a visitor sees at first. */
  readonly first?: boolean;
  prepare(page: Page): Promise<void>;
}

type Language = "en" | "ko";

const DESKTOP = { viewport: { width: 1280, height: 900 } } as const;
const PHONE = { viewport: { width: 390, height: 844 } } as const;

/** Waits until the model has learned, and a while longer, and pauses it. */
const learn = (longerMs: number) => async (page: Page) => {
  await page.waitForSelector('.progress[data-learned="true"]', { timeout: 600_000 });
  await page.waitForTimeout(longerMs);
  const pause = page.getByRole("button", { name: "Pause" });
  if ((await pause.count()) > 0) await pause.click();
  await page.waitForSelector(':is([data-status="paused"], [data-status="finished"])');
  await page.waitForTimeout(1500);
};

/** Lessons whose draws go on improving for a while after the gate, in milliseconds. */
const LONGER: Readonly<Record<string, number>> = {
  "gan-digits": 20_000,
  diffusion: 40_000,
  gan: 15_000,
  vae: 10_000,
};

const lesson = (id: string, query = "", name = id): Shot => ({
  name,
  engine: "page",
  query: `?lesson=${id}${query}`,
  languages: ["en", "ko"],
  prepare: learn(LONGER[id] ?? 4000),
});

async function train(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start training" }).click();
  await page.waitForSelector('.training[data-status="finished"]', { timeout: 600_000 });
  await page.waitForTimeout(1000);
}

async function compare(page: Page): Promise<void> {
  for (const name of ["zoo:vae-mnist", "zoo:bernoulli-mixture-mnist"]) {
    await page.locator(".candidates label", { hasText: name }).locator("input").check();
  }
  await page.waitForSelector(".side-by-side section + section canvas.pictures:not(.empty)");
  await page.waitForSelector(".side-by-side section:first-child canvas.pictures:not(.empty)");
}

async function use(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Draw", exact: true }).click();
  for (const count of [10, 5, 64]) {
    await page.getByRole("button", { name: `${count} other images` }).click();
  }
  await page.waitForTimeout(12_000);
}

const other = (shot: Omit<Shot, "engine" | "languages"> & Partial<Shot>): Shot => ({
  engine: "server",
  languages: ["en"],
  ...shot,
});

/** Every picture of docs/studio.md. */
export const shots: readonly Shot[] = [
  ...lessonIds.map((id) => lesson(id)),
  lesson("sentences", "&set.part=codes", "codes"),
  other({
    name: "lessons",
    query: "",
    languages: ["en", "ko"],
    prepare: async (page) => void (await page.waitForSelector(".lesson-list")),
  }),
  {
    ...lesson("gan"),
    name: "dark",
    languages: ["en"],
    options: { colorScheme: "dark" },
    first: true,
  },
  { ...lesson("vae"), name: "phone", languages: ["ko"], options: PHONE, first: true },
  other({ name: "train", query: "?view=train&set.training.epochs=60", prepare: train }),
  other({ name: "use", query: "?view=use&run=zoo:vae-mnist", prepare: use }),
  other({ name: "compare", query: "?view=compare", prepare: compare }),
];

/** A PNG of the whole page, in each of its languages. */
export async function takeShot(
  browser: Browser,
  address: string,
  { name, query, languages, options, first = false, prepare }: Shot,
): Promise<{ readonly name: string; readonly png: Buffer }[]> {
  const { page, troubles } = await openTab(browser, address + query, { ...DESKTOP, ...options });
  await prepare(page);
  const pictures = [];
  for (const language of languages) {
    await page.locator(".preferences select").nth(-2).selectOption(language);
    await page.waitForSelector(`html[lang="${language}"]`);
    await page.evaluate("scrollTo(0, 0)");
    await page.waitForTimeout(500);
    const png = await page.screenshot({ fullPage: !first });
    pictures.push({ name: `${name}.${language}`, png });
  }
  if (troubles.length > 0) throw new Error(`${name}: ${troubles.join("; ")}`);
  await page.context().close();
  return pictures;
}
