import { wireButtons } from "./controls/buttons.js";
import { wireChapters } from "./controls/chapters.js";
import { wireCaptions } from "./controls/captions.js";
import {
  hideFailure,
  showFailure,
  noteTrouble,
  tellUncaught,
} from "./controls/failure-view.js";
import { wireIdle } from "./controls/idle.js";
import { wireKeyboard } from "./controls/keyboard.js";
import { wireMenu } from "./controls/menu.js";
import { wireBatteryOffer } from "./controls/offer.js";
import { Playback } from "./controls/playback.js";
import { Preview } from "./controls/preview.js";
import { resume } from "./controls/resume.js";
import { wireSeekBar } from "./controls/seek-bar.js";
import { unlock } from "./engine/clear-key.js";
import { newPlaybackId } from "./engine/cmcd-in-place.js";
import { PlayerEngine } from "./engine/engine.js";
import { wirePanel } from "./panel/panel.js";
import {
  fetchLicence,
  fetchPackage,
  hasPicture,
  isSound,
  packageOfPage,
  type PackageDetail,
} from "./shared/api.js";
import { byId, copyButton, element } from "./shared/dom.js";
import { openIn } from "./shared/open-in.js";
import { fetchCues } from "./shared/web-vtt.js";
import {
  byteSize,
  lengthClock,
  rungNameAmong,
  TICKS_PER_SECOND,
} from "./shared/format.js";

const reload = () => location.reload();
const video = byId("video", HTMLVideoElement);
const goOn = tellUncaught(video, reload);

async function start(): Promise<void> {
  try {
    const path = packageOfPage(location);
    byId("title", HTMLElement).textContent = path;
    const detail = await fetchPackage(path);
    if (detail.problem === null) play(detail);
    else showFailure({ message: detail.problem, canRetry: true }, reload);
    byId("open-in", HTMLElement).hidden = detail.problem !== null;
  } catch (error) {
    const { message } = error as Error;
    showFailure({ message, canRetry: true }, reload);
  }
}

function play(detail: PackageDetail): void {
  const playback = new Playback(video, byId("player", HTMLElement));
  const playbackId = newPlaybackId();
  const engine = new PlayerEngine(video, detail, playbackId);
  engine.failed.on((failure) => showFailure(failure, () => engine.retry()));
  engine.supply.changed.on((failure) => {
    noteTrouble(failure);
    if (failure === null) hideFailure();
  });
  engine.fragmentLoaded.on(goOn);
  video.addEventListener("playing", hideFailure);
  engine.ended.on(() => playback.end());
  describePackage(detail, engine.version);
  wireButtons(playback);
  const preview = new Preview(detail);
  wireSeekBar(playback, preview);
  void loadSidecars(playback, preview, detail);
  wireMenu(playback, engine);
  wireCaptions(video, detail, playbackId);
  wireKeyboard(playback);
  wireIdle(playback);
  wireBatteryOffer(engine);
  const from = resume(video, detail);
  void load(detail, () => {
    wirePanel(playback, engine, detail, playbackId);
    engine.load(from);
  });
}

/** The film does not wait for chapters and thumbnails. */
async function loadSidecars(
  playback: Playback,
  preview: Preview,
  { chapters, thumbnails }: PackageDetail,
): Promise<void> {
  const list = await fetchCues(chapters);
  preview.setChapters(list);
  wireChapters(playback, list);
  if (thumbnails !== undefined)
    preview.setThumbnails(await fetchCues(thumbnails), thumbnails);
}

/** Unlocks a protected package first. What cannot be opened has no figures. */
async function load(
  { path, isProtected }: PackageDetail,
  open: () => void,
): Promise<void> {
  try {
    if (isProtected) await unlock(video, await fetchLicence(path));
    byId("opened", HTMLElement).hidden = !isProtected;
    open();
  } catch (error) {
    const { message } = error as Error;
    showFailure({ message, canRetry: true }, reload);
  }
}

void start();

/** Title, facts and manifest below the picture, and the poster in it. */
function describePackage(detail: PackageDetail, dash: string): void {
  const { title, manifest, duration, bytes, isProtected } = detail;
  const rungs = detail.video;
  document.title = `${title} - mss-pack`;
  byId("title", HTMLElement).textContent = title;
  byId("facts", HTMLElement).textContent = [
    lengthClock(duration / TICKS_PER_SECOND),
    rungs.length === 0
      ? "sound alone"
      : rungs.map((rung) => rungNameAmong(rungs, rung)).join(", "),
    byteSize(bytes),
    ...(isProtected ? ["protected"] : []),
  ].join(" · ");
  const address = new URL(manifest, location.href).href;
  byId("manifest", HTMLElement).append(
    element("a", { href: manifest }, "Manifest"),
    copyButton("the address of the manifest", address),
  );
  byId("open-in", HTMLElement).append(...openIn(detail));
  byId("notes", HTMLElement).append(
    ...detail.notes.map((note) => element("li", {}, note)),
  );
  byId("version", HTMLElement).textContent =
    `mss-pack · plays with dash.js ${dash}`;
  if (hasPicture(detail)) video.poster = detail.poster;
  document.body.classList.toggle("sound-alone", isSound(detail));
  video.setAttribute("aria-label", title);
}
