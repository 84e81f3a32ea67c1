import { Select } from "../parts/select.js";
import type { Live } from "../state/live.js";
import { formatNumber, strings } from "../strings/index.js";

export type Speed = "slow" | "steady" | "full";
const STEPS_PER_SECOND: Readonly<Record<Speed, number | null>> = {
  slow: 2,
  steady: 20,
  full: null,
};
const SPEEDS = Object.keys(STEPS_PER_SECOND) as Speed[];

interface PlayerProps {
  readonly live: Live | undefined;
  /** Whether the lesson's model has learned what it should. */
  learned(live: Live): boolean;
  readonly seed: number;
  readonly speed: Speed;
  onSpeed(speed: Speed): void;
  onReset(): void;
  onSeed(seed: number): void;
}

/** Tells a training how fast to go. */
export const setSpeed = ({ session }: Live, speed: Speed): void =>
  session.command({ do: "pace", stepsPerSecond: STEPS_PER_SECOND[speed] });

/** Start, pause, one step, again, seed and speed of a training. */
export function Player({ live, learned, seed, speed, onSpeed, onReset, onSeed }: PlayerProps) {
  const { player } = strings.value;
  const state = live?.state.value;
  const status = state?.status ?? "opening";
  const running = status === "running";
  const over = status === "finished" || status === "failed" || live === undefined;
  const command = (what: "play" | "pause" | "step") => () => live?.session.command({ do: what });
  return (
    <section class="player" aria-label={player.label}>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          disabled={over}
          onClick={command(running ? "pause" : "play")}
        >
          <span aria-hidden="true">{running ? "❚❚" : "▶"}</span>{" "}
          {running ? player.pause : player.play}
        </button>
        <button type="button" disabled={over} onClick={command("step")}>
          {player.step}
        </button>
        <button type="button" onClick={onReset}>
          {player.reset}
        </button>
      </div>
      <div class="choices">
        <Select
          label={player.speed}
          value={speed}
          options={SPEEDS.map((one) => [one, player.speeds[one]] as const)}
          onChoose={onSpeed}
        />
        <label class="select">
          <span class="label">{player.seed}</span>
          <input
            type="number"
            class="seed"
            min={0}
            step={1}
            value={seed}
            onChange={(event) => {
              const { valueAsNumber } = event.currentTarget;
              if (Number.isSafeInteger(valueAsNumber) && valueAsNumber >= 0) onSeed(valueAsNumber);
            }}
          />
        </label>
      </div>
      <Progress live={live} learned={learned} />
    </section>
  );
}

function Progress({ live, learned: hasLearned }: Pick<PlayerProps, "live" | "learned">) {
  const { player } = strings.value;
  const learned = live !== undefined && hasLearned(live);
  const state = live?.state.value;
  const { step = 0, totalSteps = null, imagesPerSecond = 0, status = "opening" } = state ?? {};
  // What converged is done, however many steps it might have taken.
  const most = status === "finished" ? step : totalSteps;
  const total = most === null || most === step ? null : formatNumber(most);
  return (
    <div class="progress" data-status={status} data-step={step} data-learned={learned}>
      <progress aria-label={player.label} max={most ?? 1} value={most === null ? 0 : step} />
      <p>
        <b>{player.status[status]}</b> · {player.steps(formatNumber(step), total)}
        {status === "running" && imagesPerSecond > 0
          ? ` · ${player.rate(formatNumber(imagesPerSecond))}`
          : ""}
        {learned ? <span class="learned"> ✓ {player.learned}</span> : null}
      </p>
    </div>
  );
}
