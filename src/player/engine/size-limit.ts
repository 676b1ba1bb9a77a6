import { Signal } from "../shared/dom.js";
import type { NamedRung } from "../shared/format.js";
import { usefulRung, type ScreenBox } from "./rung.js";

/**
 * The rung above which the picture gains nothing at its present size: in the page, on the whole
 * screen or in its own window. dash.js has such a limit too, but it takes the next smaller rung,
 * which is blurred, and all rungs when none is small enough.
 */
export class SizeLimit {
  readonly changed = new Signal();
  readonly #video: ScreenVideo;
  readonly #rungs: readonly NamedRung[];
  #window: PictureInPictureWindow | null = null;
  #rung: NamedRung | null = null;

  constructor(video: ScreenVideo, rungs: readonly NamedRung[]) {
    this.#video = video;
    this.#rungs = rungs;
    const look = () => this.#look();
    new ResizeObserver(look).observe(video);
    // Zoom, or a screen with other pixels, changes no size in CSS pixels.
    addEventListener("resize", look);
    for (const event of ["webkitbeginfullscreen", "webkitendfullscreen"])
      video.addEventListener(event, look);
    video.addEventListener("enterpictureinpicture", (event) => {
      this.#window = event.pictureInPictureWindow;
      this.#window.addEventListener("resize", look);
      look();
    });
    video.addEventListener("leavepictureinpicture", () => {
      this.#window = null;
      look();
    });
    look();
  }

  /** Null if all rungs are useful. */
  get rung(): NamedRung | null {
    return this.#rung;
  }

  /** The size of the picture in the page, on the screen or in its window. */
  get box(): ScreenBox {
    const { width, height } = this.#size();
    const scale = devicePixelRatio;
    return { width: width * scale, height: height * scale };
  }

  #size(): ScreenBox {
    if (this.#window !== null) return this.#window;
    if (this.#video.webkitDisplayingFullscreen === true) return screen;
    const { clientWidth, clientHeight } = this.#video;
    return { width: clientWidth, height: clientHeight };
  }

  #look(): void {
    const rung = usefulRung(this.#rungs, this.box);
    if (rung === this.#rung) return;
    this.#rung = rung;
    this.changed.emit();
  }
}

/** On iPhones the system shows the video itself, and the page keeps its size. */
interface ScreenVideo extends HTMLVideoElement {
  readonly webkitDisplayingFullscreen?: boolean;
}
