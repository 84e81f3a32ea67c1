import { useEffect } from "preact/hooks";
import { Header } from "./parts/header.js";
import { address } from "./state/address.js";
import { strings } from "./strings/index.js";
import { views } from "./views/index.js";

/** The whole page: its frame, and the view that the address names. */
export function App() {
  const { view } = address.value;
  const View = views[view];
  const texts = strings.value;
  useEffect(() => {
    document.title = `${texts.views[view]} · ${texts.title}`;
  }, [texts, view]);
  return (
    <>
      <a class="skip" href="#content">
        {texts.skip}
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <View />
      </main>
    </>
  );
}
