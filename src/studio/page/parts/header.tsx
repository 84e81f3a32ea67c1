import { address, go, views } from "../state/address.js";
import { place, places } from "../state/engine.js";
import {
  chooseLanguage,
  chooseTheme,
  language,
  languages,
  theme,
  themes,
} from "../state/preferences.js";
import { strings } from "../strings/index.js";
import { Link } from "./link.js";
import { Select } from "./select.js";

/** Each language in its own name. */
const NAMES = { en: "English", ko: "한국어" } as const;

/** The bar at the top: where to go, and how the page looks. */
export function Header() {
  const texts = strings.value;
  return (
    <header class="bar">
      <Link to={{ view: "lessons" }} class="brand">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span>Figment</span>
      </Link>
      <nav aria-label={texts.navigation}>
        {views.map((view) => (
          <Link key={view} to={{ view }} current={address.value.view === view}>
            {texts.views[view]}
          </Link>
        ))}
      </nav>
      <div class="preferences">
        {places.value.length > 1 ? (
          <Select
            quiet
            label={texts.place.label}
            value={place.value}
            options={places.value.map((one) => [one, texts.place[one]] as const)}
            onChoose={(chosen) =>
              go({ engine: chosen === places.value[0] || chosen === "server" ? undefined : chosen })
            }
          />
        ) : null}
        <Select
          quiet
          label={texts.language}
          value={language.value}
          options={languages.map((one) => [one, NAMES[one]] as const)}
          onChoose={chooseLanguage}
        />
        <Select
          quiet
          label={texts.theme}
          value={theme.value}
          options={themes.map((one) => [one, texts.themes[one]] as const)}
          onChoose={chooseTheme}
        />
      </div>
    </header>
  );
}
