import { CaptionTrack } from "../engine/caption-track.js";
import type { PackageDetail, PackageStream } from "../shared/api.js";
import { byId, element, tell } from "../shared/dom.js";
import { languageName } from "../shared/format.js";

/** A button for captions on and off, and the choice of captions in the settings; nothing without captions. */
export function wireCaptions(
  video: HTMLVideoElement,
  detail: PackageDetail,
  playbackId: string,
): void {
  const streams = detail.streams.filter(({ type }) => type === "text");
  const button = byId("captions", HTMLButtonElement);
  const select = byId("caption-track", HTMLSelectElement);
  const isWithout = streams.length === 0;
  button.hidden = select.hidden = isWithout;
  byId("caption-label", HTMLElement).hidden = isWithout;
  if (isWithout) return;

  const tracks = streams.map(
    (stream) => new CaptionTrack(video, detail.manifest, stream, playbackId),
  );
  select.append(
    element("option", { value: "" }, "Off"),
    ...streams.map((stream, i) =>
      element("option", { value: String(i) }, nameOf(stream)),
    ),
  );
  let last = "0";
  const show = (value: string) => {
    select.value = value;
    if (value !== "") last = value;
    button.setAttribute("aria-pressed", String(value !== ""));
    tracks.forEach((track, i) => track.show(value === String(i)));
  };
  select.addEventListener("change", () => show(select.value));
  button.addEventListener("click", () => {
    show(select.value === "" ? last : "");
    tell(select.value === "" ? "Captions off" : "Captions on");
  });
  show("");
}

function nameOf({ language, name }: PackageStream): string {
  return language === "und" ? name : languageName(language);
}
