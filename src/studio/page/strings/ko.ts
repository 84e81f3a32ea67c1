import { compare } from "./compare.ko.js";
import type { Strings } from "./en.js";
import { train } from "./train.ko.js";
import { use } from "./use.ko.js";

export const ko: Strings = {
  title: "Figment 스튜디오",
  skip: "본문으로 건너뛰기",
  navigation: "주 메뉴",
  views: {
    lessons: "배우기",
    train: "학습",
    use: "사용",
    compare: "비교",
  },
  language: "언어",
  theme: "화면 모드",
  themes: { system: "시스템 설정", light: "밝게", dark: "어둡게" },
  place: {
    label: "모델을 학습하는 곳",
    page: "이 페이지에서",
    webgpu: "이 페이지에서 GPU로",
    server: "이 컴퓨터에서",
  },
  lessons: {
    heading: "생성 모델이 배우는 모습을 보세요",
    lead: "강의마다 실제 모델이 이 페이지에서 바로 학습합니다. 중요한 값을 바꾸고, 일부러 망가뜨리고, 그 이유를 읽어 보세요.",
    text: "무슨 일이 일어나고 있나요",
    controls: "설정",
    presets: "해 보기",
    commandLine: "명령줄에서 똑같이 하기",
    neighbours: "다른 강의",
    next: "다음 강의",
    before: "이전 강의",
  },
  player: {
    label: "학습",
    play: "학습 시작",
    pause: "일시 정지",
    step: "한 단계",
    reset: "처음부터",
    seed: "시드",
    speed: "속도",
    speeds: { slow: "초당 2단계", steady: "초당 20단계", full: "최대한 빠르게" },
    steps: (step: string, total: string | null) =>
      total === null ? `${step}단계` : `${total}단계 중 ${step}단계`,
    rate: (rate: string) => `초당 이미지 ${rate}장`,
    learned: "배웠습니다",
    left: (seconds: string) => `${seconds}초 남음`,
    status: {
      opening: "준비 중",
      paused: "멈춤",
      running: "학습 중",
      finished: "끝남",
      failed: "실패",
    },
  },
  chart: { steps: "단계" },
  compare,
  train,
  use,
  families: {
    tabular: "표와 사슬",
    mixture: "혼합 모델",
    sequence: "순차 모델",
    energy: "에너지 모델",
    autoregressive: "자기회귀",
    autoencoder: "오토인코더",
    variational: "변분 모델",
    discriminative: "판별 모델",
    adversarial: "적대적 모델",
    diffusion: "확산 모델",
    multimodal: "이미지와 글",
  },
  files: {
    problems: {
      noImage: (file) => `${file}은(는) 이 브라우저가 읽을 수 있는 이미지가 아닙니다.`,
      tooMany: (most) => `파일이 너무 많습니다. 한 번에 ${most}개까지 받을 수 있습니다.`,
      noCanvas: () => "이 브라우저에서는 이미지를 디코딩할 캔버스를 쓸 수 없습니다.",
      nothing: () =>
        "읽을 수 있는 것이 없습니다. PNG, JPEG, WebP, GIF 이미지나 .npy, IDX 파일, safetensors를 놓으세요.",
    },
  },
  problem: "실행하지 못했습니다",
  copy: "복사",
  copied: "복사했습니다",
  loading: "불러오는 중 …",
};
