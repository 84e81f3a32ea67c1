import { useEffect, useState } from "preact/hooks";
import { lessons } from "../../../lessons/index.js";
import { lessonIds } from "../../../lessons/order.js";
import type { Lesson } from "../../lesson/lesson.js";
import { LessonPage } from "../../lesson/lesson-page.js";
import { address } from "../../state/address.js";
import { strings } from "../../strings/index.js";
import { LessonList } from "./lesson-list.js";
import { Neighbours } from "./neighbours.js";

/** The list of lessons, or the one that is open. */
export function LessonsView() {
  const id = lessonIds.find((one) => one === address.value.lesson);
  const [open, setOpen] = useState<Lesson>();
  useEffect(() => {
    if (id === undefined) return;
    let left = false;
    lessons[id].load().then(({ lesson }) => {
      if (!left) setOpen(lesson);
    });
    return () => {
      left = true;
    };
  }, [id]);
  if (id === undefined) return <LessonList />;
  if (open?.id !== id) return <p class="waiting">{strings.value.loading}</p>;
  return (
    <LessonPage key={id} lesson={open} heading={lessons[id].heading}>
      <Neighbours id={id} />
    </LessonPage>
  );
}
