import { lessons } from "../../../lessons/index.js";
import { type LessonId, lessonIds } from "../../../lessons/order.js";
import { Link } from "../../parts/link.js";
import { local, strings } from "../../strings/index.js";

/** The lessons before and after one. */
export function Neighbours({ id }: { readonly id: LessonId }) {
  const texts = strings.value.lessons;
  const at = lessonIds.indexOf(id);
  const neighbours = [
    [texts.before, lessonIds[at - 1]],
    [texts.next, lessonIds[at + 1]],
  ] as const;
  return (
    <nav class="neighbours" aria-label={texts.neighbours}>
      {neighbours.map(([name, lesson]) =>
        lesson === undefined ? (
          <span key={name} />
        ) : (
          <Link key={name} to={{ view: "lessons", lesson }}>
            <small>{name}</small>
            {local(lessons[lesson].heading).title}
          </Link>
        ),
      )}
    </nav>
  );
}
