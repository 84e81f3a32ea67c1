import { lessons } from "../../../lessons/index.js";
import { lessonIds } from "../../../lessons/order.js";
import { Link } from "../../parts/link.js";
import { formatNumber, local, strings } from "../../strings/index.js";

/** All lessons in the order in which they build on each other. */
export function LessonList() {
  const texts = strings.value.lessons;
  return (
    <div class="lesson-list">
      <h1>{texts.heading}</h1>
      <p class="lead">{texts.lead}</p>
      <ol>
        {lessonIds.map((id, at) => {
          const { title, summary } = local(lessons[id].heading);
          return (
            <li key={id}>
              <Link to={{ view: "lessons", lesson: id }}>
                <small>{formatNumber(at + 1)}</small>
                <h2>{title}</h2>
                <p class="summary">{summary}</p>
              </Link>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
