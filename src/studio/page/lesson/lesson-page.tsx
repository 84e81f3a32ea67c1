import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { CommandLine } from "../parts/command-line.js";
import { Problem } from "../parts/problem.js";
import { address, go } from "../state/address.js";
import { type Localised, local, strings } from "../strings/index.js";
import { commandLine } from "./command-line.js";
import { ControlField } from "./control-field.js";
import type { Lesson, LessonHeading } from "./lesson.js";
import type { Setting, Settings } from "./plan.js";
import { Player, type Speed, setSpeed } from "./player.js";
import { Presets } from "./presets.js";
import { settingsForAddress, settingsOf } from "./settings.js";
import { useLesson } from "./use-lesson.js";
import { usePauseInBackground } from "./use-pause-in-background.js";

interface LessonPageProps {
  readonly lesson: Lesson;
  readonly heading: Localised<LessonHeading>;
  /** What follows the text. */
  readonly children: ComponentChildren;
}

/** A lesson: the model at work, its controls, and the text beside it. */
export function LessonPage({ lesson, heading, children }: LessonPageProps) {
  const { seed, settings: named } = address.value;
  const { lessons } = strings.value;
  const settings = settingsOf(lesson, named);
  const words = local(lesson.words);
  const { title, summary } = local(heading);
  const [speed, chooseSpeed] = useState<Speed>("full");
  const { live, problem, reset } = useLesson(lesson, settings, { seed, speed });
  const trouble = problem ?? live?.state.value.problem;
  usePauseInBackground(live);

  const terms = JSON.stringify(settings);
  // `terms` stands for the settings, which are new at each look.
  const ownImages = useMemo(() => lesson.upload?.(settings) !== undefined, [lesson, terms]);
  const change = (changed: Partial<Settings>) => {
    const next = { ...settings, ...changed } as Settings;
    go({ settings: settingsForAddress(lesson, next) }, { replace: true });
  };
  const set = (key: string, value: Setting) => change({ [key]: value });
  const { Stage } = lesson;
  const { Text } = words;
  return (
    <article class="lesson">
      <header>
        <h1>{title}</h1>
        <p class="lead">{summary}</p>
      </header>
      <div class="work">
        <Player
          live={live}
          learned={lesson.learned}
          seed={seed}
          speed={speed}
          onSpeed={(chosen) => {
            chooseSpeed(chosen);
            if (live !== undefined) setSpeed(live, chosen);
          }}
          onReset={reset}
          onSeed={(chosen) => go({ seed: chosen }, { replace: true })}
        />
        {trouble === undefined ? null : <Problem text={trouble} />}
        <div class="stage">
          {live === undefined ? (
            <p class="waiting">{strings.value.loading}</p>
          ) : (
            <Stage live={live} settings={settings} set={set} />
          )}
        </div>
      </div>
      <div class="side">
        <section aria-labelledby="controls">
          <h2 id="controls">{lessons.controls}</h2>
          {Object.entries(lesson.controls).map(([key, control]) =>
            control.kind === "own" || control.matters?.(settings) === false ? null : (
              <ControlField
                key={key}
                control={control}
                words={words.controls[key]}
                value={settings[key]}
                onChange={(value) => set(key, value)}
              />
            ),
          )}
        </section>
        <Presets lesson={lesson} settings={settings} onChoose={change} />
        <section class="text" aria-labelledby="text">
          <h2 id="text">{lessons.text}</h2>
          <Text />
          <h2>{lessons.commandLine}</h2>
          <CommandLine text={commandLine(lesson.training(settings), seed, ownImages)} />
        </section>
        {children}
      </div>
    </article>
  );
}
