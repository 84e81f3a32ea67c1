import { computed, effect, signal } from "@preact/signals";

export const languages = ["en", "ko"] as const;
export type Language = (typeof languages)[number];

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The visitor's language: chosen by hand, else the browser's. */
export const language = signal<Language>(
  stored("language", languages) ?? (navigator.language.startsWith("ko") ? "ko" : "en"),
);

export const theme = signal<Theme>(stored("theme", themes) ?? "system");

effect(() => {
  document.documentElement.lang = language.value;
});

const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);
system.addEventListener("change", ({ matches }) => {
  systemIsDark.value = matches;
});

/** The theme that is shown. */
export const shownTheme = computed<Exclude<Theme, "system">>(() => {
  if (theme.value !== "system") return theme.value;
  return systemIsDark.value ? "dark" : "light";
});

effect(() => {
  document.documentElement.dataset.theme = shownTheme.value;
});

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  store("language", chosen);
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  store("theme", chosen);
}

function stored<T extends string>(key: string, among: readonly T[]): T | undefined {
  try {
    const value = localStorage.getItem(`figment.${key}`);
    return among.find((one) => one === value);
  } catch {
    // A browser may refuse storage to a page; then nothing is remembered.
    return undefined;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(`figment.${key}`, value);
  } catch {
    // As above.
  }
}
