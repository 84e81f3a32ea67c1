/** The descriptions of settings in Korean, by the English ones of the schemas: discrete codes, games, diffusion, classes and captions. */
export const settings: Readonly<Record<string, string>> = {
  "how a position gets its code: drawn from a categorical distribution, the nearest vector of a codebook, or each number rounded to a level":
    "자리가 코드를 얻는 방법: 범주 분포에서 뽑기, 코드북의 가장 가까운 벡터, 또는 수마다 단계로 반올림",
  "channels of the convolutions, each of which halves the image":
    "합성곱의 채널 수. 층마다 이미지가 반으로 줄어듭니다",
  "residual blocks at the size of the grid, in encoder and decoder each":
    "격자 크기에서의 잔차 블록 수(인코더와 디코더 저마다)",
  "codes of the codebook (gumbel and vq only)": "코드북의 코드 수(gumbel과 vq일 때만)",
  "length of a code's vector (gumbel and vq only)": "코드 벡터의 길이(gumbel과 vq일 때만)",
  "levels of each number of a code's vector; their product is the codes (fsq only)":
    "코드 벡터의 수마다 단계 수. 그 곱이 코드 수입니다(fsq일 때만)",
  "weight of the KL to the uniform prior; 1 is the evidence lower bound (gumbel only)":
    "균등 사전분포에 대한 KL의 무게. 1이면 증거 하한입니다(gumbel일 때만)",
  "share of the training over which beta rises from 0 (gumbel only)":
    "β가 0에서 올라가는 학습의 몫(gumbel일 때만)",
  "temperature of the relaxed codes at first (gumbel only)":
    "처음에 부드러운 코드의 온도(gumbel일 때만)",
  "temperature that they are annealed to (gumbel only)": "식혀서 이르는 온도(gumbel일 때만)",
  "share of the training over which the temperature falls (gumbel only)":
    "온도가 내려가는 학습의 몫(gumbel일 때만)",
  "decode the hard code and use the gradient of the relaxed one (gumbel only)":
    "딱딱한 코드를 디코딩하고 부드러운 코드의 기울기를 씁니다(gumbel일 때만)",
  "weight of the squared distance from the encoder's output to its code (vq only)":
    "인코더 출력과 그 코드 사이의 제곱 거리의 무게(vq일 때만)",
  "decay of the moving averages that the codebook follows (vq only)":
    "코드북이 따르는 이동 평균의 감쇠(vq일 때만)",
  "a code used less than this share of an equal share is replaced by an encoder output; 0 never (vq only)":
    "고른 몫의 이 비율보다 적게 쓰인 코드를 인코더 출력으로 바꿉니다. 0이면 바꾸지 않음(vq일 때만)",
  "length of the code; 2 for the prior ring or swiss-roll and for pictures":
    "코드의 길이. ring이나 swiss-roll 사전분포와 그림에는 2",
  "distribution that codes are fitted to: standard normal, ten Gaussians in a ring, a swiss roll, or uniform on [-1, 1]":
    "코드를 맞출 분포: 표준정규, 고리 위의 가우시안 열 개, 스위스 롤, 또는 [-1, 1]의 균등",
  "give each class of labelled images a region of the prior, and draw images of a class":
    "종류마다 사전분포의 한 구역을 주고, 종류를 정해 뽑습니다",
  "standard deviation of q(z | x), a Gaussian around the encoder's output; with 0 the code is that output":
    "q(z | x)의 표준편차. 인코더 출력을 가운데로 하는 가우시안이고, 0이면 코드가 곧 그 출력",
  "what fits the codes to the prior: a discriminator, or the maximum mean discrepancy of a Wasserstein autoencoder":
    "코드를 사전분포에 맞추는 것: 판별자, 또는 바서슈타인 오토인코더의 최대 평균 차이",
  "weight of the fit to the prior beside the reconstruction (λ)":
    "복원 옆에서 사전분포에 맞추는 무게(λ)",
  "widths of the discriminator's layers (adversarial only)": "판별자 층의 너비(adversarial일 때만)",
  "weight of R1, the penalty on the discriminator's gradient (adversarial only)":
    "판별자 기울기에 대한 벌점 R1의 무게(adversarial일 때만)",
  "length of the generator's noise": "생성자가 받는 잡음의 길이",
  "widths of the generator's hidden layers": "생성자 은닉층의 너비",
  "widths of the discriminator's hidden layers": "판별자 은닉층의 너비",
  "between layers, of both": "둘 다, 층 사이의 활성 함수",
  "last layer of the generator; a linear one is cut off at black and white in samples":
    "생성자의 마지막 층. 선형이면 뽑을 때 검정과 하양에서 잘립니다",
  "divides each weight of the discriminator by its largest singular value":
    "판별자의 가중치마다 가장 큰 특잇값으로 나눕니다",
  "what the players minimise": "두 편이 줄이는 것",
  "where the discriminator's gradient is penalised: at real images (r1), drawn ones (r2), both, or between them":
    "판별자의 기울기에 벌점을 주는 곳: 진짜(r1), 뽑은 것(r2), 둘 다, 또는 그 사이",
  "γ of R1 and R2, λ of the penalties between images": "R1과 R2의 γ, 이미지 사이 벌점의 λ",
  "penalises one of so many equal parts of each batch, which saves time":
    "묶음을 이만큼 똑같이 나눈 하나에만 벌점을 주어 시간을 아낍니다",
  "batches that the discriminator learns from for each one of the generator":
    "생성자가 한 묶음 배울 때 판별자가 배우는 묶음 수",
  "standard deviation of noise on real and drawn images at the start, of pixels in [−1, 1]":
    "처음에 진짜와 뽑은 이미지에 더하는 잡음의 표준편차, 픽셀은 [−1, 1]",
  "share of the training over which that noise falls to 0": "그 잡음이 0으로 줄어드는 학습의 몫",
  "one-sided label smoothing: real images have the target 1 − smoothing":
    "한쪽 라벨 평활화: 진짜 이미지의 목표가 1 − smoothing입니다",
  "images that the discriminator judges together": "판별자가 한꺼번에 판단하는 이미지 수",
  "shows the discriminator how much the images of a batch differ":
    "한 묶음의 이미지가 얼마나 다른지 판별자에게 보여 줍니다",
  "varies what the discriminator sees, real and drawn, for few training images":
    "학습 이미지가 적을 때, 판별자가 보는 진짜와 뽑은 이미지를 변형합니다",
  "steps of descent by which the noise of a given image is found; 0 for no codes":
    "주어진 이미지의 잡음을 찾는 하강 단계 수. 0이면 코드가 없습니다",
  "settings that go together: relativistic with R1 and R2, or the paper's own":
    "어울리는 설정 묶음: R1과 R2가 있는 상대론적 목적, 또는 논문의 것",
  "channels of the discriminator, which halves the image at each; the generator mirrors them":
    "판별자의 채널 수. 층마다 이미지가 반으로 줄고, 생성자는 거꾸로 따라갑니다",
  "transposed convolutions, or enlarging and then convolving": "전치 합성곱, 또는 키운 다음 합성곱",
  "of both networks, but for the discriminator's first and the generator's last layer":
    "두 신경망의 정규화. 판별자의 첫 층과 생성자의 마지막 층은 빼고",
  "residual blocks of both networks at each size below that of the image; 0 for the paper's own networks":
    "이미지보다 작은 크기마다 두 망에 두는 잔차 블록 수. 0이면 논문의 망 그대로",
  "begins with images of sides from 4 to 7 and doubles them on the way, with pixel normalisation and an equalised learning rate":
    "한 변 4–7픽셀에서 시작해 두 배씩 키웁니다. 픽셀 정규화와 고른 학습률을 씁니다",
  "channels of both generators: at full size, then after each halving":
    "두 생성자의 채널 수: 원래 크기, 그다음 반으로 줄 때마다",
  "residual blocks at the smallest size": "가장 작은 크기에서의 잔차 블록 수",
  "whether a generator draws a new image, a change of the given one, or a new image and a mask of where it replaces the given one":
    "생성자가 새 이미지를 그릴지, 주어진 이미지의 변화를 그릴지, 새 이미지와 그것이 들어갈 자리의 마스크를 그릴지",
  "channels of both discriminators after each halving; more halvings, larger patches":
    "반으로 줄 때마다 두 판별자의 채널 수. 더 줄이면 더 큰 조각을 봅니다",
  "weight of the way there and back: |F(G(x)) − x|": "갔다가 돌아오는 길의 무게: |F(G(x)) − x|",
  "weight of leaving images of the target domain alone: |G(y) − y|":
    "이미 목표 쪽인 이미지를 그대로 두는 무게: |G(y) − y|",
  "earlier translations that the discriminators keep seeing": "판별자가 계속 보는 예전 변환의 수",
  "what images are turned to: attributes where they carry some, else classes":
    "이미지를 무엇으로 바꿀지: 속성이 있으면 속성, 없으면 종류",
  "channels of the generator: at full size, then after each halving":
    "생성자의 채널 수: 원래 크기, 그다음 반으로 줄 때마다",
  "channels of the discriminator after each halving": "반으로 줄 때마다 판별자의 채널 수",
  "weight of recognising the class or attributes (auxiliary only)":
    "종류나 속성을 알아보는 일의 무게(auxiliary일 때만)",
  "weight of the way back: |x − G(G(x))|": "돌아오는 길의 무게: |x − G(G(x))|",
  "where D's gradient is penalised: between real and translated images, or at real ones":
    "D의 기울기에 벌점을 줄 곳: 진짜와 옮긴 이미지 사이, 또는 진짜 이미지",
  "λ of one-centred, γ of r1": "one-centred의 λ, r1의 γ",
  "length of a caption's embedding": "설명 벡터의 길이",
  "transformer blocks over the words of a caption; without any, their order is lost":
    "설명의 낱말을 읽는 트랜스포머 블록 수. 없으면 낱말의 순서를 잃습니다",
  "heads of attention, which must divide text": "어텐션 헤드 수. text를 나누어야 합니다",
  "length of what the generator is told of a caption": "생성자가 설명에서 듣는 것의 길이",
  "conditioning augmentation: weight of KL(condition ‖ N(0, I)); 0 for no noise":
    "조건 증강: KL(조건 ‖ N(0, I))의 무게. 0이면 잡음이 없습니다",
  "channels of the generator: at the smallest size, then after each doubling":
    "생성자의 채널 수: 가장 작은 크기, 그다음 두 배가 될 때마다",
  "channels of the discriminator: at full size, then after each halving":
    "판별자의 채널 수: 원래 크기, 그다음 반으로 줄 때마다",
  "where D's gradient is penalised: at real images with their captions, or at images":
    "D의 기울기에 벌점을 주는 곳: 설명이 붙은 진짜 이미지, 또는 이미지",
  "k of matching-aware, γ of r1": "matching-aware의 k, r1의 γ",
  "weight of finding an image's caption among those of the batch, as real or as drawn, for both players":
    "묶음 가운데 이미지의 설명을 진짜 또는 그린 것의 설명으로 찾는 일의 무게(두 편 모두)",
  "captions with one word exchanged, for each image, that matching and wrong pairs add; 0 for those of the batch alone":
    "이미지마다 단어 하나만 바꾼 설명을 몇 개 더해 설명 찾기와 틀린 짝에 쓸지; 0이면 묶음의 설명만",
  "settings that go together: relativistic with R1 and R2, or those of the DCGAN paper":
    "어울리는 설정 묶음: R1과 R2가 있는 상대론적 목적, 또는 DCGAN 논문의 것",
  "length of the incompressible noise, beside the codes": "코드 말고 줄일 수 없는 잡음의 길이",
  "values of the categorical code": "범주 코드의 값의 수",
  "continuous codes, each uniform on [−1, 1]": "연속 코드의 수. 저마다 [−1, 1]에 고르게",
  "weight of the categorical code's information in both players' losses":
    "두 편의 손실에서 범주 코드 정보의 무게",
  "weight of the continuous codes' information": "연속 코드 정보의 무게",
  "weight of the information that the categories of a real image and of the same one warped share; 0 for the paper's InfoGAN":
    "진짜 이미지와 그것을 비튼 이미지의 범주가 나누는 정보의 무게. 0이면 논문의 InfoGAN",
  "how far grouping warps an image: 1 for slants of up to 17° and scales of ±15 %":
    "grouping이 이미지를 비트는 정도. 1이면 기울기는 17°까지, 크기는 ±15 %까지",
  "weight of the evenness of grouping's categories beside what they share: λ of the entropies, 1 for the mutual information":
    "grouping의 범주가 고른 정도에 두는 가중치, 곧 엔트로피의 λ. 1이면 상호정보량 그대로",
  "categories of a second head that grouping also teaches, several for each kind of image, which helps the first; 0 for none":
    "grouping이 함께 가르치는 두 번째 머리의 범주 수. 한 종류에 여러 개를 두면 첫 번째 머리가 좋아집니다. 0이면 없음",
  "width of the recogniser's hidden layer": "인식기 은닉층의 너비",
  "multiplies the learning rate of the generator": "생성자의 학습률에 곱합니다",
  "noise levels to learn": "배울 잡음 수준",
  "steps from noise to an image; samplers may take fewer":
    "잡음에서 이미지까지의 단계 수. 샘플러는 더 적게 갈 수 있습니다",
  "rescales the linear and cosine schedules to end in noise alone":
    "linear와 cosine 일정이 잡음만으로 끝나게 맞춥니다",
  "what the network predicts of a noisy image: its noise, the image, or a mixture":
    "신경망이 잡음 섞인 이미지에서 맞히는 것: 잡음, 이미지, 또는 섞은 것",
  "weights of the noise levels": "잡음 수준의 무게",
  "γ of the min-snr weightings": "min-snr 무게의 γ",
  "standard deviation of pixels in [−1, 1], for the edm weighting":
    "edm 무게에 쓰는 픽셀의 표준편차, 픽셀은 [−1, 1]",
  "variance of a step of the ancestral sampler and of the bound: β̃, β, or learned between them for each pixel":
    "조상 샘플러와 한계의 한 단계 분산: β̃, β, 또는 픽셀마다 그 사이를 배움",
  "a U-Net, or a transformer over patches (DiT)": "U-Net, 또는 조각을 보는 트랜스포머(DiT)",
  "side of the squares of pixels that the network takes as one position":
    "신경망이 한 자리로 보는 정사각형의 한 변",
  "channels of the U-Net's first level, or of the DiT": "U-Net 첫 단의 채널 수, 또는 DiT의 채널 수",
  "channels of each level of the U-Net, as multiples of the first; each halves the image":
    "U-Net 단마다 첫 단의 몇 배인지. 단마다 이미지가 반으로 줄어듭니다",
  "residual blocks of a level of the U-Net, or transformer blocks of the DiT":
    "U-Net 한 단의 잔차 블록 수, 또는 DiT의 트랜스포머 블록 수",
  "levels of the U-Net with self-attention, 1 for the first":
    "자기 어텐션이 있는 U-Net의 단. 1이 첫 단",
  "heads of self-attention": "자기 어텐션의 헤드 수",
  "share of each block that is dropped in training": "학습할 때 블록마다 빼는 비율",
  "learn the caption of each image, and draw images of a caption":
    "이미지의 설명을 배우고, 설명으로 이미지를 뽑습니다",
  "share of the classes and captions that training hides, for guidance (conditional or captioned only)":
    "안내를 위해 학습에서 가리는 종류와 설명의 비율(conditional이나 captioned일 때만)",
  "probability of each change of a training image: moved, scaled, stretched and, half as often, mirrored; the network is told of them, so that samples show none":
    "학습 이미지를 옮기고 키우고 늘일 확률이며, 뒤집을 확률은 그 절반입니다. 신경망이 그 변화를 들으므로 뽑은 것에는 나타나지 않습니다",
  "evaluations of the network from noise to an image": "잡음에서 이미지까지 신경망을 부르는 횟수",
  "noise levels of the teacher's path, between which the student is made consistent":
    "스승의 길에 있는 잡음 수준의 수. 제자는 그 사이에서 한결같아집니다",
  "the least noise level, as good as none": "가장 작은 잡음 수준. 없는 것과 같습니다",
  "the largest noise level, as good as noise alone": "가장 큰 잡음 수준. 잡음뿐인 것과 같습니다",
  "residual convolutions, or dense layers alone; a part takes the place of either":
    "잔차 합성곱, 또는 완전연결층만. 부품이 있으면 그 자리를 대신합니다",
  "channels of the convolutions; each stage after the first halves the image (cnn only)":
    "합성곱의 채널 수. 첫 단 다음부터 이미지가 반으로 줄어듭니다(cnn일 때만)",
  "of each channel over the batch, or of an image's channels in groups (cnn only)":
    "정규화: 묶음에 걸쳐 채널마다, 또는 한 이미지의 채널을 무리 지어(cnn일 때만)",
  "widths of the dense layers before the last; the last of them are the features":
    "마지막 앞 완전연결층의 너비. 그 마지막이 특징입니다",
  "share of each dense layer that is dropped in training": "학습할 때 완전연결층마다 빼는 비율",
  "trains the part encoder too; otherwise its weights stay as they are":
    "부품 인코더도 학습합니다. 아니면 가중치를 그대로 둡니다",
  "share of the training in which the head alone learns, at ten times the rate, before the encoder joins (finetune only)":
    "인코더가 함께하기 전에 머리만 열 배의 학습률로 배우는 몫(finetune일 때만)",
  "share of the target that label smoothing spreads evenly over all classes":
    "라벨 평활화가 모든 종류에 고르게 나누는 목표의 몫",
  "one sequence of words and image tokens, or an encoder of the words to which the image's decoder attends":
    "낱말과 이미지 토큰을 한 줄로, 또는 이미지 디코더가 바라보는 낱말 인코더",
  "image token after token, with an exact likelihood, or any tokens given any others, which draws an image in few passes":
    "이미지 토큰을 하나씩(정확한 우도), 또는 아무 토큰이나 다른 토큰으로부터(몇 번 만에 그림)",
  "transformer blocks of the image": "이미지의 트랜스포머 블록 수",
  "transformer blocks of the words (encoder-decoder only)":
    "낱말의 트랜스포머 블록 수(encoder-decoder일 때만)",
  "what places of the image see of it, block by block in turn; full is the fastest here (raster only)":
    "이미지의 자리가 블록마다 차례로 보는 범위. 여기서는 full이 가장 빠릅니다(raster일 때만)",
  "share of captions that training hides, which guidance needs":
    "학습에서 가리는 설명의 비율. 안내에 필요합니다",
  "weight of an image token's loss; a word's is 1 (joint in raster order only)":
    "이미지 토큰 손실의 무게. 낱말은 1입니다(raster 순서의 joint일 때만)",
  "length of the embeddings of images and captions": "이미지와 설명 벡터의 길이",
  "channels of the image's residual convolutions; each after the first halves it":
    "이미지 잔차 합성곱의 채널 수. 첫 층 다음부터 반으로 줄어듭니다",
  "width of the words' vectors": "낱말 벡터의 너비",
  "transformer blocks over the words": "낱말을 읽는 트랜스포머 블록 수",
  "heads of attention, which must divide `text`": "어텐션 헤드 수. `text`를 나누어야 합니다",
  "draws among so many of the likeliest symbols; all by default":
    "가장 그럴듯한 기호 이만큼 가운데서 뽑습니다. 기본은 모두",
  "draws among the likeliest symbols that together have this probability":
    "합쳐서 이 확률이 되는 가장 그럴듯한 기호들 가운데서 뽑습니다",
  "how to get from noise to an image": "잡음에서 이미지로 가는 방법",
  "steps; heun and dpmpp-2s evaluate the network twice in each":
    "단계 수. heun과 dpmpp-2s는 단계마다 신경망을 두 번 부릅니다",
  "noise levels of the steps": "단계의 잡음 수준",
  "ρ of the karras spacing": "karras 간격의 ρ",
  "noise of ddim: 1 is as much as ddpm": "ddim의 잡음. 1이면 ddpm만큼",
  "noise that euler and heun add on the way": "euler와 heun이 가는 길에 더하는 잡음",
  "weight of the class or caption: 0 ignores it, 1 is the model, more exaggerates it":
    "종류나 설명의 무게: 0이면 무시, 1이면 모델 그대로, 크면 과장합니다",
  "noise level σ from which on guidance acts; at lower ones the weight is 1":
    "안내가 작용하기 시작하는 잡음 수준 σ. 더 낮은 수준에서는 무게가 1입니다",
  "noise level σ up to which guidance acts; 0 for all":
    "안내가 작용하는 가장 높은 잡음 수준 σ. 0이면 모든 수준",
  "whether the discriminator judges images and what they are to be together, or recognises real images beside it":
    "판별자가 이미지와 그것이 되어야 할 것을 함께 판단할지, 따로 진짜 이미지의 종류나 속성을 알아볼지",
  "clips estimates to the range of pixels": "추정값을 픽셀 범위로 자릅니다",
  "weight of the caption: 0 ignores it, 1 is the model, more exaggerates it":
    "설명의 무게: 0이면 무시, 1이면 모델 그대로, 크면 과장합니다",
  "key patches of an image": "이미지의 핵심 조각 수",
  "height and width of a key patch; 0 for two sevenths of the image's shorter side":
    "핵심 조각의 높이와 너비. 0이면 짧은 변의 7분의 2",
  "cuts images into grid × grid pieces, a puzzle, in place of key patches; 0 for none":
    "핵심 조각 대신 이미지를 grid × grid 퍼즐 조각으로 자릅니다. 0이면 자르지 않습니다",
  "pixels that each edge of a piece of the grid has lost": "퍼즐 조각의 가장자리마다 잃은 픽셀 수",
  "length of the embedding of a patch, and of their sum": "조각 벡터와 그 합의 길이",
  "channels of the part encoder: at full size, then after each halving":
    "조각 인코더의 채널 수: 원래 크기, 그다음 반으로 줄 때마다",
  "channels of the mask decoder: at the smallest size, then after each doubling":
    "마스크 디코더의 채널 수: 가장 작은 크기, 그다음 두 배가 될 때마다",
  "length of what patches and places are compared by": "조각과 자리를 견주는 벡터의 길이",
  "rounds of the Sinkhorn operator, which gives each place of a puzzle to one piece":
    "퍼즐의 자리마다 조각 하나를 주는 싱크혼 연산의 횟수",
  "length of the image decoder's noise": "이미지 디코더가 받는 잡음의 길이",
  "channels of the image decoder: at full size, then after each halving":
    "이미지 디코더의 채널 수: 원래 크기, 그다음 반으로 줄 때마다",
  "residual blocks at its smallest size": "가장 작은 크기에서의 잔차 블록 수",
  "γ of R1, the penalty on D's gradient at real images; 0 for none":
    "진짜 이미지에서 D의 기울기에 주는 벌점 R1의 γ. 0이면 없음",
  "weight of images whose patches are another's, relative to drawn images":
    "조각이 다른 이미지의 것인 이미지의 무게(뽑은 이미지에 견주어)",
  "weight of the mask: the cross-entropy of a pixel": "마스크의 무게: 픽셀의 교차 엔트로피",
  "weight of keeping the patches where they are placed": "놓인 자리의 조각을 지키는 무게",
  "weight of −log p(place | patches)": "−log p(자리 | 조각)의 무게",
  "share of spatial and appearance that is left at the end of the training":
    "학습이 끝날 때 남는 spatial과 appearance의 몫",
};
