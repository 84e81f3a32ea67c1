import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";
import { ordered } from "./tally.js";

/** The words of the sentences; the network itself knows them in English only. */
const KOREAN: Readonly<Record<string, string>> = {
  grey: "회색",
  white: "흰색",
  square: "네모",
  ring: "고리",
  plus: "더하기",
  cross: "가위표",
  "top left": "왼쪽 위",
  "top right": "오른쪽 위",
  "bottom left": "왼쪽 아래",
  "bottom right": "오른쪽 아래",
};

const sentences = Object.fromEntries(
  ordered.map(({ sentence, unseen }) => {
    const [, shade, figure, place] = /^a (\w+) (\w+), (.+)$/.exec(sentence) ?? [];
    const said = `${KOREAN[place]}의 ${KOREAN[shade]} ${KOREAN[figure]}`;
    return [sentence, unseen ? `${said} (빼 둔 것)` : said];
  }),
);

export const words: LessonWords<Control, Preset> = {
  controls: {
    part: {
      label: "부분",
      help: "DALL·E의 두 반쪽입니다. 토큰을 잇는 트랜스포머와, 토큰을 만드는 오토인코더입니다.",
      values: { sentences: "문장에서 그림으로", codes: "그림에서 코드로" },
    },
    sentence: {
      label: "문장",
      help: "무엇을 그릴지 정합니다. 학습은 그대로 이어집니다.",
      values: sentences,
    },
    temperature: {
      label: "뽑기의 온도",
      help: "1보다 작으면 과감하고, 크면 더 제멋대로입니다.",
    },
  },
  presets: {
    sentences: {
      label: "문장과 그 그림",
      why: "먼저 밝기와 자리가 맞고, 그다음 모양이 맞습니다. 끝에 가면 뽑을 때마다 문장이 허락하는 네 그림 중 하나가 나옵니다. 모양이 한 픽셀 오른쪽이나 아래로 옮겨 갈 수 있기 때문입니다.",
    },
    unseen: {
      label: "빼 둔 문장",
      why: "이 조합의 그림은 한 번도 보여 주지 않았습니다. 신경망은 밝기와 모양과 자리를 다른 문장에서 따로 배워 알고, 그것을 맞춰 냅니다. 빼 둔 문장 가운데 몇 개나 맞는지 보세요.",
    },
    hot: {
      label: "온도 3: 말이 먹히지 않습니다",
      why: "토큰마다 거의 아무렇게나 뽑습니다. 초반에 코드 하나만 빗나가도 학습에서 본 적 없는 그림이 되고, 뒤따르는 코드는 이를 바로잡지 못합니다.",
    },
    codes: {
      label: "숫자의 이산 코드",
      why: "픽셀 64개가 16가지 중 하나인 코드 16개가 됩니다. 트랜스포머가 이을 줄이 4분의 1로 짧아집니다. 코드의 뜻은 이웃에 달려 있습니다. 하나를 바꾸고 획의 어느 부분이 바뀌는지 보세요.",
    },
  },
  Text: () => (
    <>
      <p>
        DALL·E에는 문장을 위한 특별한 장치가 없습니다. <b>모든 것을 토큰</b>, 곧 정해진 목록의
        번호로 바꿉니다. 문장은 단어의 줄입니다. 그림도 한 줄이 됩니다. 그러고 나서{" "}
        <b>트랜스포머</b>가 배우는 것은 하나뿐입니다. 앞의 모든 것이 주어졌을 때 다음에 무엇이
        오는가.
      </p>
      <p class="formula">
        p(그림 | 단어) = ∏<sub>i</sub> p(토큰<sub>i</sub> | 단어, 토큰<sub>1</sub>, …, 토큰
        <sub>i−1</sub>)
      </p>
      <p>
        픽셀을 그대로 이으면 줄이 너무 길어집니다. 그래서 다른 신경망이 먼저 작은 사전을 만듭니다.{" "}
        <b>이산 오토인코더</b>는 8 × 8 픽셀을 4 × 4 코드의 격자로 줄였다가 되살립니다. 코드는 저마다
        정해진 목록에서 하나를 고른 것이고, 주로 제자리의 네 픽셀을 맡습니다. 이 신경망은 화면이
        움직이기 전에 1~2초 만에 학습을 마칩니다. 트랜스포머는 단어와 코드만 봅니다. 단어가 맨 앞에
        있으므로 모든 코드가 단어를 돌아볼 수 있습니다. <b>문장</b>을 골라 그림이 코드 하나씩
        나타나는 것을 보세요. 코드가 하나 늘 때마다 디코더가 여기까지의 코드를 다시 그림으로
        바꿉니다. 신경망은 영어 단어로 배웠기 때문에 문장은 영어로 보입니다.
      </p>
      <p>
        이 문장들은 <b>맞았는지 확인</b>할 수 있습니다. 그림이 다른 어떤 문장의 그림보다 이 문장이
        허락하는 그림에 가까우면 맞은 것입니다. 문장은 모두 32개이고 그중 넷은 빼 두었습니다. 빼 둔
        것을 맞게 그리는 일은 기억이 아닙니다. 밝기와 모양과 자리를 따로 떼어 새로 맞추어야 합니다.
      </p>
      <p>
        다른 부분에서는 숫자의 코드를 볼 수 있습니다. 코드를 직접 바꾸며 저마다 무엇을 뜻하는지
        알아보세요. DALL·E는 256 × 256 픽셀을 8,192가지 코드의 32 × 32 격자로 줄였습니다.
      </p>
    </>
  ),
};
